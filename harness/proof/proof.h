// Whether a case's event happened as often as claimed, and how it was handled.
//
// Exits to userspace are proven by their records, each of which was checked.
// Events that the kernel handles, and events that must not exit, are proven by
// the kernel's counters, as far as the backend moves them.
//
// What the event is, the row knows: a count that says otherwise contradicts it.
// How often the host exits for it is the host's doing: where the event is
// confirmed and each exits another whole number of times than expected, that is
// a finding, not a failure.
#ifndef EXITBENCH_HARNESS_PROOF_PROOF_H_
#define EXITBENCH_HARNESS_PROOF_PROOF_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "cases/case.h"
#include "harness/proof/counters.h"
#include "results/model/model.h"
#include "vmm/backend.h"
#include "vmm/feature_set.h"

namespace exitbench {

struct ProofInput {
  Backend backend = kBackendUnknown;
  FeatureSet features;
  GuestMode mode = kKernelMode;
  uint64_t events = 0;
  // Interrupts and involuntary switches on the CPU during the run.
  uint64_t noise_events = 0;
  uint64_t batches = 0;       // Each rang one doorbell, an exit of its own.
  uint64_t exit_records = 0;  // Checked exits to userspace.
  uint64_t calls = 0;         // Checked calls of a host loop.
  // Events that left a mark behind the instruction (see harness/run/mark.h); 0
  // if nobody looked.
  uint64_t marked_events = 0;
  // Of the control twin, if it was run.
  const CounterDeltas* control = nullptr;
  uint64_t control_events = 0;
};

// What a count is of what was claimed.
enum class Shown {
  kClaimed,
  kRange,       // Within a claimed range.
  kNone,        // Nothing, which the claim allows for.
  kTooFew,      // Agrees, but so few events would agree with other claims too.
  kNotCounted,  // This host does not count it.
  kUnexpected,  // Each confirmed event exits another whole number of times.
  kWrong,
};

// One thing that was looked at.
struct Evidence {
  enum class Kind {
    kExitRecords,  // Of exits to userspace.
    kCalls,        // Of the host's, their answers.
    kEffect,       // What the row's verify_batch counted, named by `subject`.
    kMark,         // What the events left behind their instruction.
    kClaim,        // On the counter `subject`.
    kNoExit,       // The claim that `exits` stands still.
    kNoCounters,   // The kernel has none.
  };
  Kind kind = Kind::kClaim;
  std::string subject;
  Shown shown = Shown::kClaimed;
  double count = 0;  // As counted, or by how much the counter moved.
  // Of kClaim and kNoExit, what all events together were to move it by.
  double least = 0;
  double most = 0;
  bool or_none = false;
  bool over_control = false;
  bool required = false;
  // Of `exits`: how often for each event, where that is a whole number within
  // what noise may do.
  std::optional<double> per_event;
};

// All evidence on the row's claims, in the order that Describe() has it.
std::vector<Evidence> Judge(const Case& row, const ProofInput& input,
                            const CounterDeltas& counters);

Verdict VerdictOf(absl::Span<const Evidence> evidence);

// What was shown and what could not be; of kContradicted, what was wrong.
std::string Describe(absl::Span<const Evidence> evidence);

// What is unexpected, with what was expected, for each event.
std::vector<Unexpected> UnexpectedOf(absl::Span<const Evidence> evidence,
                                     uint64_t events);

// Whether all that is wrong is how often the event exits, a whole number, and
// would be a finding if anything confirmed that the event happened.
bool AwaitsConfirmation(absl::Span<const Evidence> evidence);

// Whether all that is wrong is a counter that was to stand still and moved
// (exits by no whole number an event): something else on this host moves it
// (NUMA balancing, KSM, compaction), and may not the next time.
bool IsDisturbedOnly(absl::Span<const Evidence> evidence);

// How often each event exited. `whole`: as often each, within what noise may
// do; else the mean. Absent where the kernel does not count.
struct ExitsPerEvent {
  double exits = 0;
  bool whole = false;
};
std::optional<ExitsPerEvent> ExitsOf(const Case& row, const ProofInput& input,
                                     const CounterDeltas& counters);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PROOF_PROOF_H_
