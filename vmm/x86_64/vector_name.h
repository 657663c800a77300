// The names of exceptions, for messages.
#ifndef EXITBENCH_VMM_X86_64_VECTOR_NAME_H_
#define EXITBENCH_VMM_X86_64_VECTOR_NAME_H_

#include <cstdint>
#include <string>

namespace exitbench {

// Returns "#GP"; "vector 32" for a vector without a name.
std::string VectorName(uint64_t vector);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_VECTOR_NAME_H_
