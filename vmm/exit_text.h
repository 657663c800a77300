// An exit to userspace in words, for messages.
#ifndef EXITBENCH_VMM_EXIT_TEXT_H_
#define EXITBENCH_VMM_EXIT_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "vmm/exit_name.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// Returns the reason and the fields that belong to it:
// "KVM_EXIT_MMIO write gpa 0x10000000 size 4".
std::string DescribeExit(const kvm_run& run);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_EXIT_TEXT_H_
