// Claims on the counters of arm64's KVM, under the names that shared rows use
// (cases/x86_64/claims.h), and under more for rows of this architecture.
//
// KVM counts here how often a guest leaves, and of a few exits why. Where only
// `exits` moves, a case is consistent with what it claims and not proven.
#ifndef EXITBENCH_CASES_ARM64_CLAIMS_H_
#define EXITBENCH_CASES_ARM64_CLAIMS_H_

#include "cases/case.h"
#include "cases/claims.h"

namespace exitbench {

// So many exits for each event, whatever the reason.
constexpr CounterClaim ExitsForSome(uint32_t backends, double per_event = 1,
                                    double per_event_most = 0) {
  return {.counter = "exits",
          .per_event = per_event,
          .backends = backends,
          .per_event_most = per_event_most,
          .proves = false};
}
// An exit that no counter tells from others: of an SMC, of a system register,
// of an access that stage 2 does not allow.
inline constexpr Claims kOneTrap = {ExitsForSome(kBackendArm)};
// On hosts whose kernel runs at EL1, with hypervisor code of its own at EL2.
inline constexpr uint32_t kWithoutVhe = kBackendArmNvhe | kBackendArmPkvm;

// HVC, which the kernel counts wherever it is answered.
inline constexpr CounterClaim kOneHvcCounted = {.counter = "hvc_exit_stat",
                                                .backends = kBackendArm};
inline constexpr Claims kOneHvc = {kOneExit, kOneHvcCounted};

// WFI, and WFE where it traps.
inline constexpr CounterClaim kOneWfi = {.counter = "wfi_exit_stat",
                                         .backends = kBackendArm};
inline constexpr CounterClaim kOneWfeOrNone = {
    .counter = "wfe_exit_stat", .backends = kBackendArm, .or_none = true};

// So many MMIO exits to userspace for each event.
constexpr CounterClaim MmioExits(uint32_t per_event) {
  return {.counter = "mmio_exit_user",
          .per_event = static_cast<double>(per_event)};
}
inline constexpr CounterClaim kOneMmioExit = MmioExits(1);

// One MMIO exit that ends in the kernel.
inline constexpr Claims kMmioInKernel = {
    kOneExit, {.counter = "mmio_exit_kernel", .backends = kBackendArm}};
inline constexpr Claims kMmioAnyLength = kMmioInKernel;

// A store to a slot that is read-only, which goes to userspace.
inline constexpr Claims kReadOnlySlot = {kOneExitAnywhere, kOneMmioExit};

// KVM keeps no entries for MMIO here: the two rows have a limitation.
inline constexpr Claims kMmioEntryMade = {kOneExitAnywhere, kOneMmioExit};
inline constexpr Claims kMmioEntryFound = kMmioEntryMade;

// A guest that finds all that it touches mapped. That it does not exit says
// it.
inline constexpr Claims kNoPageFault = {};
// An access for which the kernel makes an entry in stage 2.
inline constexpr Claims kOnePageFault = kOneTrap;
inline constexpr Claims kOneUserfault = kOneTrap;
inline constexpr Claims kUserfaultRetried = {ExitsForSome(kBackendArm, 1, 2)};
// An access that faults on some processors: those that do not manage access
// flags by themselves.
inline constexpr Claims kPageFaultOrNone = {{.counter = "exits",
                                             .backends = kBackendArm,
                                             .or_none = true,
                                             .proves = false}};
// A store to the host's zero page, which was read just before. Some kernels
// have the fault twice.
inline constexpr Claims kZeroPageCopied = {ExitsForSome(kBackendArm, 2, 3)};
// A fault that fails, and one that finds the page writable. The first one's
// exit is checked.
inline constexpr Claims kPageFaultRetried = {
    {.counter = "exits", .per_event = 2, .backends = kHardware}};
// A fault that fails. The answer of each call is checked.
inline constexpr Claims kPageFaultFailed = {};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_ARM64_CLAIMS_H_
