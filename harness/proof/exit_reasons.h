// Which exits prove an event by their reason, where the host can count exits by
// reason: with the kernel's tracepoint kvm:kvm_exit
// (harness/perf/tracepoint.h).
#ifndef EXITBENCH_HARNESS_PROOF_EXIT_REASONS_H_
#define EXITBENCH_HARNESS_PROOF_EXIT_REASONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cases/case.h"
#include "harness/proof/proof.h"
#include "results/model/model.h"
#include "vmm/host/backend.h"

namespace exitbench {

// What a row claims of exit reasons on one host.
struct ReasonClaim {
  std::vector<uint32_t> numbers;  // An exit by any of these counts.
  CounterClaim how_many;          // Exits of each event.
};

// Returns what `row` claims on the host of `input` (its backend, features and
// mode). Absent:
// - the row says neither reasons nor a counter that one reason moves,
// - the event does not exit there, or how often is not claimed,
// - other threads make exits too,
// - the backend's exits pass no tracepoint.
std::optional<ReasonClaim> ReasonClaimOf(const Case& row,
                                         const ProofInput& input);

// Returns the filter of the tracepoint by which only such exits count.
std::string FilterOf(const ReasonClaim& claim, Backend backend);

// Returns the kernel's names of the reasons: "EPT_VIOLATION or EPT_MISCONFIG".
std::string ReasonNames(const ReasonClaim& claim, Backend backend);

// Returns whether a count by reason would add to the proof of a case: it has
// been run, it is OK, and no record or counter has told the reason yet.
bool LacksReason(const Case& row, const CaseResult& result);

// Adds the evidence of `counted`, which was run only for its reasons, to
// `result`. Where that is consistent it becomes proven, unless what it lacks is
// the point of the case. A contradiction makes it FAILED, without figures.
void AddReasons(const Case& row, const CaseResult& counted, CaseResult& result);

// The rest is the architecture's, in x86_64/arch_exit_reasons.cc and its like.

// Returns the expression over the fields of kvm:kvm_exit that is true of exits
// by reason `number`: "isa == 1 && exit_reason == 10". For the syntax see
// Documentation/trace/events.rst, section 5. Empty: exits of this backend do
// not pass the tracepoint.
std::string ExitReasonFilter(Backend backend, uint32_t number);

// Returns the kernel's name of the reason: "CPUID". Of one that it does not
// name, the number.
std::string ExitReasonName(Backend backend, uint32_t number);

// Returns the reasons of exits that move `counter` of the kernel's by one each,
// if no other exit moves it. Empty: exits of several kinds do, or none.
ExitReasons ReasonsOfCounter(absl::string_view counter);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PROOF_EXIT_REASONS_H_
