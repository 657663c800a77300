// A seccomp filter for session processes. It allows the system calls that a
// session needs, and all others fail with EPERM. A payload that breaks out of
// KVM can then open no socket and start no program.
#ifndef EXITBENCH_HARNESS_SESSION_SECCOMP_H_
#define EXITBENCH_HARNESS_SESSION_SECCOMP_H_

#include "absl/status/status.h"

namespace exitbench {

// Returns whether this kernel has seccomp.
bool KernelHasSeccomp();

// Filters the calling thread and all threads and processes that it starts
// later. This can't be undone. Sets no_new_privs. kUnimplemented where the
// kernel has no seccomp filters.
absl::Status InstallSeccompFilter();

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_SECCOMP_H_
