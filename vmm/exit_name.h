// The names of exit reasons.
#ifndef EXITBENCH_VMM_EXIT_NAME_H_
#define EXITBENCH_VMM_EXIT_NAME_H_

#include <cstdint>
#include <string>

namespace exitbench {

// Returns "KVM_EXIT_IO"; "exit reason 99" if unknown.
std::string ExitReasonName(uint32_t reason);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_EXIT_NAME_H_
