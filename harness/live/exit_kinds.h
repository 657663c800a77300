// Which exits of a live VM are told apart, and by what filter of the kernel's
// tracepoints. Each costs every exit about 80 instructions while it is counted,
// so these are the reasons that exits of real VMs have. What is of no kind is
// counted as well, without its reason.
#ifndef EXITBENCH_HARNESS_LIVE_EXIT_KINDS_H_
#define EXITBENCH_HARNESS_LIVE_EXIT_KINDS_H_

#include <string>
#include <vector>

#include "vmm/host/backend.h"

namespace exitbench {

struct ExitKind {
  std::string name;    // As the kernel names the reason: "CPUID".
  std::string filter;  // See SetTracepointFilter(). No exit passes two.
};

// Returns the kinds of exits to userspace, by kvm:kvm_userspace_exit. Of a
// KVM_RUN that fails the kernel says no reason that means anything, except that
// a signal ended it: that is KVM_EXIT_INTR.
std::vector<ExitKind> UserspaceExitKinds();

// Returns the kinds of exits to the kernel, by kvm:kvm_exit. Empty: exits of
// this backend do not pass it. Defined by the architecture, in
// x86_64/arch_exit_kinds.cc and its like.
std::vector<ExitKind> ExitKinds(Backend backend);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_EXIT_KINDS_H_
