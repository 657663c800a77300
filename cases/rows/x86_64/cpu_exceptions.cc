// cpu/: exceptions that the guest raises and handles itself. VMX exit 0 if the
// exception bitmap has the vector (SDM vol. 3C 26.2); SVM VMEXIT_EXCP (APM vol.
// 2 15.12). What is timed is the instruction, the handler, and IRET.
#include "absl/strings/str_cat.h"
#include "cases/arch/exit_reasons.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

absl::Status ExpectHandlerRuns(Machine& machine, uint32_t events) {
  const uint64_t runs = machine.parameters(0).results[0];
  if (runs == events) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      events, " events made the guest's handler run ", runs, " times"));
}

// The exception, and the IRET of its handler, which is emulated.
constexpr CounterClaim kTwoExitsPvmRing3 = {.counter = "exits",
                                            .per_event = 2,
                                            .backends = kBackendPvm,
                                            .modes = kUserMode};

constexpr char kHandlerRuns[] = "runs of the guest's handler counted";

constexpr Case kCases[] = {
    {.name = "cpu/ud2",
     .measures = "UD2, which KVM looks at before the guest's handler may (#UD, "
                 "VMX exit 0, SVM VMEXIT_EXCP6; SDM 26.2, APM 15.12.7)",
     .modes = kBothModes,
     .blob = &blobs::ud2,
     .expect = {.claims = {kOneExit, kTwoExitsPvmRing3},
                .exit_reasons = ExceptionReasons(6),
                .verifies = kHandlerRuns},
     .verify_batch = ExpectHandlerRuns},
    {.name = "cpu/int3",
     .measures = "INT3, which goes straight to the guest's handler (#BP; VMX "
                 "exit 0 and SVM VMEXIT_EXCP3 are off; SDM 26.2, APM 15.12.4)",
     .modes = kBothModes,
     .blob = &blobs::int3,
     .expect = {.never_exits = kHardware,
                .claims = {kTwoExitsPvmRing3},
                .verifies = kHandlerRuns},
     .host = {.limitations = {{.backends = kBackendPvm,
                               .modes = kKernelMode,
                               .reason =
                                   "kvm_pvm can't emulate INT3 in ring 0"}}},
     .verify_batch = ExpectHandlerRuns},
    {.name = "cpu/gp",
     .measures = "a load from a non-canonical address, whose exception the "
                 "guest handles (#GP; VMX exit 0 and SVM VMEXIT_EXCP13 only "
                 "where KVM wants to see it first; SDM 26.2, APM 15.12.14)",
     .modes = kBothModes,
     .blob = &blobs::gp,
     .expect = {.claims = {OneExitOrNoneOn(kHardware), kTwoExitsPvmRing3},
                .exit_reasons = ExceptionReasons(13),
                .verifies = kHandlerRuns},
     .verify_batch = ExpectHandlerRuns},
};

}  // namespace

absl::Span<const Case> CpuExceptionCases() { return kCases; }

}  // namespace exitbench
