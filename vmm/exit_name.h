// The names of exit reasons.
#ifndef EXITBENCH_VMM_EXIT_NAME_H_
#define EXITBENCH_VMM_EXIT_NAME_H_

#include <cstdint>
#include <string>

namespace exitbench {

// Returns the name of a kvm_run::exit_reason: "KVM_EXIT_IO". "exit reason 99"
// if it is unknown.
std::string ExitReasonName(uint32_t reason);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_EXIT_NAME_H_
