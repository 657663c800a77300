// A seccomp filter for session processes: only the system calls that a run
// needs, everything else ends with EPERM. A payload that finds its way out of
// KVM, or a bug of ours, can then open no socket and start no program.
#ifndef EXITBENCH_HARNESS_SESSION_SECCOMP_H_
#define EXITBENCH_HARNESS_SESSION_SECCOMP_H_

#include "absl/status/status.h"

namespace exitbench {

// Whether this kernel has seccomp at all.
bool KernelHasSeccomp();

// Filters the calling thread and all that it starts from now on; there is no
// way back. Sets no_new_privs. kUnimplemented where the kernel has no seccomp.
absl::Status InstallSeccompFilter();

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_SECCOMP_H_
