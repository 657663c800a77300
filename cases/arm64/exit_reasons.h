// Exit reasons of arm64, as rows state them: the exception class of the trap to
// EL2 (Arm ARM, ESR_EL2.EC).
#ifndef EXITBENCH_CASES_ARM64_EXIT_REASONS_H_
#define EXITBENCH_CASES_ARM64_EXIT_REASONS_H_

#include <cstdint>

#include "cases/case.h"

namespace exitbench {

// The exception classes of a guest's exits.
enum ExceptionClass : uint32_t {
  kClassWfx = 0x01,
  kClassHvc = 0x16,
  kClassSmc = 0x17,
  kClassSysreg = 0x18,
  kClassInstructionAbort = 0x20,
  kClassDataAbort = 0x24,
};

inline constexpr ExitReasons kSmcReasons = {{kBackendArm, kClassSmc}};
inline constexpr ExitReasons kSysregReasons = {{kBackendArm, kClassSysreg}};
// Of an access that stage 2 has no entry for.
inline constexpr ExitReasons kPageFaultReasons = {
    {kBackendArm, kClassDataAbort}};
// Of an access to memory that no slot backs.
inline constexpr ExitReasons kMmioReasons = kPageFaultReasons;

// The same, where no counter tells such accesses from others.
inline constexpr ExitReasons kUncountedFaultReasons = kPageFaultReasons;

}  // namespace exitbench

#endif  // EXITBENCH_CASES_ARM64_EXIT_REASONS_H_
