// The system calls that a session needs on arm64 and not on every architecture.
#ifndef EXITBENCH_HARNESS_SESSION_ARM64_SYSTEM_CALLS_H_
#define EXITBENCH_HARNESS_SESSION_ARM64_SYSTEM_CALLS_H_

#include <linux/audit.h>

#include <array>
#include <cstdint>

namespace exitbench {

// What seccomp_data::arch must be.
inline constexpr uint32_t kAuditArchitecture = AUDIT_ARCH_AARCH64;

// System calls that a session may make, besides those of all architectures:
// none. arm64 has no older forms of calls, such as readlink() or pipe().
inline constexpr std::array<int, 0> kArchAllowed = {};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_ARM64_SYSTEM_CALLS_H_
