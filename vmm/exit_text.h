// An exit in words, for messages: "KVM_EXIT_IO out port 0x5f0 size 1 count 1".
#ifndef EXITBENCH_VMM_EXIT_TEXT_H_
#define EXITBENCH_VMM_EXIT_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "vmm/exit_name.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// The reason and what belongs to it.
std::string DescribeExit(const kvm_run& run);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_EXIT_TEXT_H_
