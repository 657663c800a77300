// The system calls that a session needs on x86-64 and not on every
// architecture.
#ifndef EXITBENCH_HARNESS_SESSION_X86_64_SYSTEM_CALLS_H_
#define EXITBENCH_HARNESS_SESSION_X86_64_SYSTEM_CALLS_H_

#include <linux/audit.h>
#include <sys/syscall.h>

#include <cstdint>

namespace exitbench {

// What seccomp_data::arch must be.
inline constexpr uint32_t kAuditArchitecture = AUDIT_ARCH_X86_64;

// System calls that a session may make, besides those of all architectures.
inline constexpr int kArchAllowed[] = {
    SYS_readlink, SYS_access, SYS_dup2,       SYS_pipe,
    SYS_poll,     SYS_pause,  SYS_arch_prctl,
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_X86_64_SYSTEM_CALLS_H_
