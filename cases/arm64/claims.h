// Claims on the counters of arm64's KVM, under the names that shared rows use
// (cases/x86_64/claims.h), and under more for rows of this architecture.
//
// KVM counts here how often a guest leaves, and of a few exits why. Of all
// others only the exception class tells (ESR_EL2.EC), which no counter has. A
// row claims it all the same, as required: where nobody has counted it the case
// is consistent with `exits`, and not proven.
#ifndef EXITBENCH_CASES_ARM64_CLAIMS_H_
#define EXITBENCH_CASES_ARM64_CLAIMS_H_

#include "cases/case.h"
#include "cases/claims.h"

namespace exitbench {

// The exception classes of a guest's exits (Arm ARM, ESR_EL2.EC).
inline constexpr char kSmcExits[] = "exits of class 0x17 (SMC)";
inline constexpr char kSysregExits[] = "exits of class 0x18 (system register)";
inline constexpr char kDataAborts[] = "exits of class 0x24 (data abort)";

// So many exits of a class for each event, and no others.
constexpr CounterClaim OfClass(const char* exception_class,
                               double per_event = 1) {
  return {.counter = exception_class,
          .per_event = per_event,
          .backends = kBackendArm,
          .required = true};
}
inline constexpr Claims kOneSmc = {kOneExit, OfClass(kSmcExits)};
inline constexpr Claims kOneSysreg = {kOneExit, OfClass(kSysregExits)};
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
inline constexpr Claims kOnePageFault = {kOneExit, OfClass(kDataAborts)};
inline constexpr Claims kOneUserfault = kOnePageFault;
// An access that faults on some processors: those that do not manage access
// flags by themselves.
inline constexpr Claims kPageFaultOrNone = {OneExitOrNoneOn(kHardware),
                                            {.counter = kDataAborts,
                                             .backends = kBackendArm,
                                             .or_none = true,
                                             .required = true}};
// A store to the host's zero page, which was read just before.
inline constexpr Claims kZeroPageCopied = {{.counter = "exits",
                                            .per_event = 2,
                                            .backends = kHardware,
                                            .per_event_most = 3},
                                           {.counter = kDataAborts,
                                            .per_event = 2,
                                            .backends = kBackendArm,
                                            .per_event_most = 3,
                                            .required = true}};
// A fault that fails, and one that finds the page writable. The first one's
// exit is checked.
inline constexpr Claims kPageFaultRetried = {
    {.counter = "exits", .per_event = 2, .backends = kHardware}};
// A fault that fails. The answer of each call is checked.
inline constexpr Claims kPageFaultFailed = {};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_ARM64_CLAIMS_H_
