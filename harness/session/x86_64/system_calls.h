// The system calls of x86-64 that not every architecture has.
#ifndef EXITBENCH_HARNESS_SESSION_X86_64_SYSTEM_CALLS_H_
#define EXITBENCH_HARNESS_SESSION_X86_64_SYSTEM_CALLS_H_

#include <linux/audit.h>
#include <sys/syscall.h>

#include <cstdint>

namespace exitbench {

// What seccomp_data::arch must be.
inline constexpr uint32_t kAuditArchitecture = AUDIT_ARCH_X86_64;

// Those that a session may make, beside those that all architectures have.
inline constexpr int kArchAllowed[] = {
    SYS_readlink, SYS_access, SYS_dup2,       SYS_pipe,
    SYS_poll,     SYS_pause,  SYS_arch_prctl,
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_X86_64_SYSTEM_CALLS_H_
