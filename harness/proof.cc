#include "harness/proof.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace exitbench {
namespace {

// What a counter may be off by: a first touch here and there, at most one event
// in a hundred; and as many more as interrupts and switches were seen to hit
// the CPU meanwhile, since each can end the guest's run once more. What a batch
// itself adds is only ever more.
constexpr double kMostNoiseShare = 0.2;
struct Slack {
  double below;
  double above;
};

Slack SlackOf(const Case& row, const ProofInput& input) {
  const double events = static_cast<double>(input.events);
  const double below = std::max(6.0, events / 100) +
                       std::min(static_cast<double>(input.noise_events),
                                kMostNoiseShare * events);
  return {below, below + static_cast<double>(row.batch_slack * input.batches)};
}

// How far the counter moved for the events' sake.
double Moved(absl::string_view name, const ProofInput& input,
             const CounterDeltas& counters) {
  double moved = counters.Get(name);
  // The host's own interrupts end the guest's run too, and each doorbell is an
  // exit; neither is the event.
  if (name == "exits") {
    moved -= counters.Get("irq_exits") + static_cast<double>(input.batches);
  } else if (name == "io_exits") {
    moved -= static_cast<double>(input.batches);
  }
  return moved;
}

// How far the claimed counter moved.
double Moved(const CounterClaim& claim, absl::string_view name,
             const ProofInput& input, const CounterDeltas& counters) {
  if (!claim.over_control) return Moved(name, input, counters);
  return counters.Get(name) - input.control->Get(name) *
                                  static_cast<double>(input.events) /
                                  static_cast<double>(input.control_events);
}

// kTooFew: within the claim, and so would be a counter that the events left
// alone, or, where none is claimed, one that each of them moved.
enum class Shown { kClaimed, kRange, kNone, kTooFew, kWrong };

// What `moved` is of what `claim` says.
Shown Compare(const CounterClaim& claim, double moved, double events,
              const Slack& slack) {
  const double least = claim.per_event * events - slack.below;
  const double most =
      std::max(claim.per_event, claim.per_event_most) * events + slack.above;
  const bool none =
      claim.or_none && moved >= -slack.below && moved <= slack.above;
  if (!none && (moved < least || moved > most)) return Shown::kWrong;
  if (claim.per_event_most > 0 && claim.per_event == 0) return Shown::kRange;
  if (claim.per_event == 0) {
    return slack.above >= events ? Shown::kTooFew : Shown::kClaimed;
  }
  if (least <= (claim.or_none ? slack.above : 0)) return Shown::kTooFew;
  if (none) return Shown::kNone;
  return claim.per_event_most > 0 ? Shown::kRange : Shown::kClaimed;
}

constexpr CounterClaim kNoExit = {.counter = "exits", .per_event = 0};

std::string DescribeClaim(const CounterClaim& claim, double events) {
  if (claim.per_event_most > 0) {
    return absl::StrFormat("%.0f to %.0f", claim.per_event * events,
                           claim.per_event_most * events);
  }
  return absl::StrFormat("%.0f%s", claim.per_event * events,
                         claim.or_none ? " or none" : "");
}

}  // namespace

ProofResult Prove(const Case& row, const ProofInput& input,
                  const CounterDeltas& counters) {
  const uint32_t ring = input.ring == 0 ? kRing0 : kRing3;
  std::vector<std::string> shown, lacking, too_few, wrong;
  const bool by_record = row.exit.reason != ExpectedExit::kNone;
  if (by_record) {
    shown.push_back(absl::StrCat(input.exit_records, " exit records checked"));
  }
  bool counted = false;
  if (input.calls > 0) {
    counted = true;
    shown.push_back(absl::StrCat(input.calls, " calls, each answer checked"));
  }
  if (row.verifies != nullptr) {
    counted = true;
    shown.push_back(absl::StrCat(input.events, " ", row.verifies));
  }
  if (!counters.available()) {
    lacking.push_back("kernel counters (Linux 5.14 added them)");
  } else {
    for (const CounterClaim& claim : row.claims) {
      if (claim.counter == nullptr) break;
      const std::string name =
          absl::StrCat(claim.of_vm ? "vm." : "", claim.counter);
      if (!(claim.backends & input.backend) || !(claim.rings & ring) ||
          !counters.Has(name) ||
          (claim.over_control && input.control == nullptr)) {
        // A count over the twin's stands in for one that the backend lacks.
        if (!claim.over_control) lacking.push_back(name);
        continue;
      }
      const double events = static_cast<double>(input.events);
      const double moved = Moved(claim, name, input, counters);
      const Shown what = Compare(claim, moved, events, SlackOf(row, input));
      if (what == Shown::kWrong) {
        wrong.push_back(absl::StrFormat("%s moved by %.0f, claimed %s", name,
                                        moved, DescribeClaim(claim, events)));
        continue;
      }
      if (what == Shown::kTooFew) {
        too_few.push_back(absl::StrFormat("%s %+.0f", name, moved));
        continue;
      }
      counted = true;
      shown.push_back(absl::StrFormat("%s %+.0f%s", name, moved,
                                      what == Shown::kNone    ? " (none here)"
                                      : what == Shown::kRange ? " (varies)"
                                      : claim.over_control    ? " over the twin"
                                                              : ""));
    }
    if (row.never_exits != 0) {
      // PVM emulates ring 0 within an exit: its counter says nothing there.
      const bool can_tell = (row.never_exits & input.backend) &&
                            counters.Has("exits") &&
                            !(input.backend == kBackendPvm && input.ring == 0);
      if (!can_tell) {
        lacking.push_back("exits");
      } else if (const double moved = Moved("exits", input, counters);
                 Compare(kNoExit, moved, static_cast<double>(input.events),
                         SlackOf(row, input)) == Shown::kTooFew) {
        lacking.clear();
        too_few.push_back(absl::StrFormat("no exit (exits %+.0f)", moved));
      } else if (Compare(kNoExit, moved, static_cast<double>(input.events),
                         SlackOf(row, input)) == Shown::kClaimed) {
        // Claims that do not hold here are about what exits elsewhere.
        counted = true;
        lacking.clear();
        shown.push_back(absl::StrFormat("no exit (exits %+.0f)", moved));
      } else {
        wrong.push_back(
            absl::StrFormat("must not exit, but exits moved by %.0f", moved));
      }
    }
  }
  // A counter may be claimed under several conditions; it is lacking only if
  // none of them held.
  std::vector<std::string> unnamed;
  for (const std::string& name : lacking) {
    bool elsewhere = false;
    for (const std::string& s : shown) {
      elsewhere = elsewhere || s.rfind(name + " ", 0) == 0;
    }
    for (const std::string& s : unnamed) elsewhere = elsewhere || s == name;
    if (!elsewhere) unnamed.push_back(name);
  }

  ProofResult result;
  if (!wrong.empty()) {
    result.verdict = Verdict::kContradicted;
    result.text = absl::StrJoin(wrong, "; ");
    return result;
  }
  result.verdict =
      by_record || counted ? Verdict::kProven : Verdict::kConsistent;
  result.text = absl::StrJoin(shown, ", ");
  if (!unnamed.empty()) {
    absl::StrAppend(&result.text, result.text.empty() ? "" : "; ",
                    "not counted here: ", absl::StrJoin(unnamed, ", "));
  }
  if (!too_few.empty()) {
    absl::StrAppend(&result.text, result.text.empty() ? "" : "; ",
                    "too few events to tell: ", absl::StrJoin(too_few, ", "));
  }
  if (result.text.empty()) result.text = "no counter claimed";
  return result;
}

}  // namespace exitbench
