// Whether a case's event happened as often as claimed, and how it was handled.
//
// Exits to userspace are proven by their records, since each was checked.
// Events that the kernel handles, and events that must not exit, are proven by
// the kernel's counters, as far as the backend has them.
//
// A row knows what its event is, so a count that disagrees contradicts the row.
// How often the event exits is up to the host. If it is confirmed that the
// event happened, and each exited another whole number of times than expected,
// that is a finding about the host and no failure.
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
#include "vmm/host/backend.h"
#include "vmm/host/feature_set.h"

namespace exitbench {

struct ProofInput {
  Backend backend = kBackendUnknown;
  FeatureSet features;
  GuestMode mode = kKernelMode;
  uint64_t events = 0;
  // NoiseEvents() of the run: see harness/host/disturbance.h.
  uint64_t noise_events = 0;
  uint64_t batches = 0;       // Each ends with a doorbell, which is an exit.
  uint64_t exit_records = 0;  // Checked exits to userspace.
  uint64_t calls = 0;         // Checked calls of a host loop.
  // Events that left a mark after their instruction: see harness/run/mark.h. 0
  // if that was not checked.
  uint64_t marked_events = 0;
  // The counters of the control, and its events. Null if it was not run.
  const CounterDeltas* control = nullptr;
  uint64_t control_events = 0;
};

// How a count agrees with the claim.
enum class Shown {
  kClaimed,  // It is as claimed.
  kRange,    // It is within a claimed range.
  kNone,     // It is 0, which the claim allows for.
  kTooFew,   // It agrees, but so few events would agree with other claims too.
  kNotCounted,  // This host does not count it.
  kUnexpected,  // Each confirmed event exits another whole number of times.
  kWrong,       // It contradicts the claim.
};

// One piece of evidence.
struct Evidence {
  enum class Kind {
    kExitRecords,  // The records of exits to userspace.
    kCalls,        // The answers to calls of a host loop.
    kEffect,       // What verify_batch counted. `subject` names it.
    kMark,         // The marks that events left.
    kClaim,        // The claim on the counter `subject`.
    kNoExit,       // The claim that the counter `exits` does not move.
    kReason,       // Exits by the reasons that `subject` names.
    kNoCounters,   // The kernel has no counters.
  };
  Kind kind = Kind::kClaim;
  std::string subject;
  Shown shown = Shown::kClaimed;
  double count = 0;  // As counted, or by how much the counter moved.
  // For kClaim, kNoExit and kReason: by how much all events together should
  // move it.
  double least = 0;
  double most = 0;
  bool or_none = false;
  bool over_control = false;
  bool required = false;
  bool proves = true;  // Of the claim, see CounterClaim.
  // For the counter `exits`, if it disagrees: how often each event exited, if
  // that is a whole number but for noise.
  std::optional<double> per_event;
  // For the counter `exits`, if it moved by too much: interrupts and switches
  // of the run were so many that they may have moved it.
  bool may_be_noise = false;
};

// Judges the claims of `row` by what was seen. The evidence is in the order of
// Describe().
std::vector<Evidence> Judge(const Case& row, const ProofInput& input,
                            const CounterDeltas& counters);

// Returns the claim as it holds on this host. Where a feature is unknown, it
// allows for both. Absent if it does not hold here.
std::optional<CounterClaim> OnThisHost(const CounterClaim& claim,
                                       const ProofInput& input);

// Returns what the evidence amounts to: kProven, kConsistent or kContradicted.
Verdict VerdictOf(absl::Span<const Evidence> evidence);

// Returns a sentence of what was shown and what was not counted. If the
// evidence contradicts the row, it is of what is wrong.
std::string Describe(absl::Span<const Evidence> evidence);

// Judges `exits`, which were counted by their reason over input.events events,
// less those of the control. `claim` says how many an event makes, and
// `subject` names them: "exits by CPUID". The host's interrupts have other
// reasons, so noise excuses nothing.
Evidence JudgeReason(const Case& row, const ProofInput& input,
                     const CounterClaim& claim, std::string subject,
                     double exits);

// Returns the unexpected counts and what was expected, both per event.
std::vector<Unexpected> UnexpectedOf(absl::Span<const Evidence> evidence,
                                     uint64_t events);

// Returns whether the only thing wrong is that each event exited another whole
// number of times. That is a finding once something confirms that the events
// happened.
bool AwaitsConfirmation(absl::Span<const Evidence> evidence);

// Returns whether other work on the host may have caused all that is wrong or
// unexpected, so that a repeated run may be free of it:
// - counters moved which should not, and by no whole number of exits per event.
//   NUMA balancing, KSM or compaction may have moved them.
// - `exits` moved by more than claimed, and interrupts and switches of the run
//   can explain that (ProofInput::noise_events).
bool IsDisturbedOnly(absl::Span<const Evidence> evidence);

// How often each event exited.
struct ExitsPerEvent {
  double exits = 0;
  // Each exited just that often, but for noise. Otherwise `exits` is the mean.
  bool whole = false;
};

// Returns it by the counter `exits`. Absent where the kernel does not count.
std::optional<ExitsPerEvent> ExitsOf(const Case& row, const ProofInput& input,
                                     const CounterDeltas& counters);

// Returns how long the kernel polled for a wake-up of a halted vCPU, in ns per
// event: the CPU time that waiting took. It is the sum of halt_poll_success_ns
// and halt_poll_fail_ns (KVM_GET_STATS_FD; kvm_vcpu_halt() in
// virt/kvm/kvm_main.c) of all vCPUs, from the first event to the last, with the
// waits between batches. It is 0 where the kernel slept at once.
//
// Absent where the kernel does not count it, and for rows whose vCPUs do not
// halt in the kernel. A row halts if it claims a counter of halts and has the
// kernel's interrupt controller. Without that controller HLT is an exit.
std::optional<double> HaltPollOf(const Case& row, const ProofInput& input,
                                 const CounterDeltas& counters);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PROOF_PROOF_H_
