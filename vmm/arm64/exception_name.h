// The names of exceptions, for messages.
#ifndef EXITBENCH_VMM_ARM64_EXCEPTION_NAME_H_
#define EXITBENCH_VMM_ARM64_EXCEPTION_NAME_H_

#include <cstdint>
#include <string>

namespace exitbench {

// Returns the name of the exception class in a syndrome (ESR_ELx.EC; Arm ARM
// D22.2.40): "data abort from EL0". "exception class 0x3f" for one without a
// name.
std::string ExceptionClassName(uint64_t syndrome);

// Returns what was taken by entry `vector` of the vector table: "SError",
// "IRQ", or the class of a synchronous exception.
std::string ExceptionName(uint64_t vector, uint64_t syndrome);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_EXCEPTION_NAME_H_
