// A VM beside the one that the harness made, for hooks that need several.
#ifndef EXITBENCH_CASES_SUPPORT_OTHER_VM_H_
#define EXITBENCH_CASES_SUPPORT_OTHER_VM_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "vmm/machine.h"

namespace exitbench {

// Makes a VM of the same shape, mode and payload as `machine`, which has not
// run. kvm() of it outlives both.
absl::StatusOr<Machine> MachineLike(Machine& machine);

// Returns what the kernel's counter `name` says of all vCPUs of `machine` added
// up. 0 where there is no such counter. No vCPU is running.
absl::StatusOr<uint64_t> CountOf(Machine& machine, absl::string_view name);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_OTHER_VM_H_
