#include "harness/proof/proof.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace exitbench {
namespace {

// What a counter may be off by. `below` allows for a first touch here and
// there: six events or one in a hundred. It also allows for one exit for each
// interrupt and switch on the CPU meanwhile, up to a share of the events.
// `above` adds what each batch itself causes. `noise` is `above` without that
// limit: so many may be off, but a count that is proves nothing.
constexpr double kMostNoiseShare = 0.2;
struct Slack {
  double below;
  double above;
  double noise;
};

Slack SlackOf(const Case& row, const ProofInput& input) {
  const double events = static_cast<double>(input.events);
  const double noise_events = static_cast<double>(input.noise_events);
  const double granted = std::min(noise_events, kMostNoiseShare * events);
  const double below = std::max(6.0, events / 100) + granted;
  const double above =
      below + static_cast<double>(row.size.batch_slack * input.batches);
  return {below, above, above - granted + noise_events};
}

// Returns how far the counter moved because of the events.
double Moved(absl::string_view name, const ProofInput& input,
             const CounterDeltas& counters) {
  double moved = counters.Get(name);
  // The host's own interrupts cause exits too, and each doorbell is one.
  if (name == "exits") {
    moved -= counters.Get("irq_exits") + static_cast<double>(input.batches);
  } else if (name == "io_exits") {
    moved -= static_cast<double>(input.batches);
  }
  return moved;
}

// Returns how far the claimed counter moved, over the control if the claim says
// so.
double Moved(const CounterClaim& claim, absl::string_view name,
             const ProofInput& input, const CounterDeltas& counters) {
  if (!claim.over_control) return Moved(name, input, counters);
  return counters.Get(name) - input.control->Get(name) *
                                  static_cast<double>(input.events) /
                                  static_cast<double>(input.control_events);
}

// Returns how `moved` agrees with `claim`.
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

// Returns the whole number by which each event moved a counter. Absent if it is
// not a whole number, or if the events are too few to tell one from the next.
std::optional<double> WholePerEvent(double moved, double events,
                                    const Slack& slack) {
  if (slack.below + slack.above >= events) return std::nullopt;
  const double nearest = std::max(0.0, std::round(moved / events));
  for (double n : {nearest, nearest - 1}) {
    if (n < 0) break;
    const double off = moved - n * events;
    if (off >= -slack.below && off <= slack.above) return n;
  }
  return std::nullopt;
}

// The counter that depends on how the host handles an event. All others depend
// on what the event is.
constexpr absl::string_view kHandling = "exits";

bool IsWhole(double x) { return x == std::floor(x); }

// Returns whether noise may have moved the counter to where it is, from what
// the claim allows for.
bool MayBeNoise(const Evidence& e, const Slack& slack) {
  if (e.subject != kHandling) return false;
  const double claimed = e.or_none && e.count < e.least ? 0 : e.most;
  return e.count > claimed && e.count - claimed <= slack.noise;
}

// Returns whether anything but the counters shows that the events happened.
bool IsConfirmed(const Case& row, const ProofInput& input) {
  return input.exit_records > 0 || input.calls > 0 ||
         row.expect.verifies != nullptr || input.marked_events > 0;
}

// Judges a count that contradicts its claim. It is unexpected, and not wrong,
// if each confirmed event exits another whole number of times.
Shown WrongOrUnexpected(const Case& row, const ProofInput& input,
                        const CounterClaim& claim, Evidence& e,
                        const Slack& slack) {
  if (claim.counter == kHandling && !claim.of_vm && !claim.over_control &&
      IsWhole(claim.per_event)) {
    e.per_event =
        WholePerEvent(e.count, static_cast<double>(input.events), slack);
  }
  return e.per_event.has_value() && IsConfirmed(row, input) ? Shown::kUnexpected
                                                            : Shown::kWrong;
}

constexpr CounterClaim kNoExit = {.counter = "exits", .per_event = 0};

Evidence EvidenceOf(const Case& row, const ProofInput& input,
                    const CounterClaim& claim, absl::string_view name,
                    double moved) {
  const double events = static_cast<double>(input.events);
  const Slack slack = SlackOf(row, input);
  Evidence e;
  e.subject = std::string(name);
  e.count = moved;
  e.least = claim.per_event * events;
  e.most = std::max(claim.per_event, claim.per_event_most) * events;
  e.or_none = claim.or_none;
  e.over_control = claim.over_control;
  e.required = claim.required;
  e.proves = claim.proves;
  e.shown = Compare(claim, moved, events, slack);
  if (e.shown == Shown::kWrong) {
    e.shown = WrongOrUnexpected(row, input, claim, e, slack);
    e.may_be_noise = MayBeNoise(e, slack);
  }
  return e;
}

Evidence JudgeClaim(const Case& row, const ProofInput& input,
                    const CounterDeltas& counters, const CounterClaim& claim) {
  const std::string name =
      absl::StrCat(claim.of_vm ? "vm." : "", claim.counter);
  const std::optional<CounterClaim> here = OnThisHost(claim, input);
  if (!here.has_value() || !counters.Has(name) ||
      (claim.over_control && input.control == nullptr)) {
    Evidence e;
    e.subject = name;
    e.shown = Shown::kNotCounted;
    e.over_control = claim.over_control;
    e.required = claim.required;
    return e;
  }
  return EvidenceOf(row, input, *here, name,
                    Moved(*here, name, input, counters));
}

Evidence JudgeNoExit(const Case& row, const ProofInput& input,
                     const CounterDeltas& counters) {
  // PVM emulates kernel mode within an exit, so its counter shows nothing
  // there.
  const bool can_tell =
      (row.expect.never_exits & input.backend) && counters.Has("exits") &&
      !(input.backend == kBackendPvm && input.mode == kKernelMode);
  Evidence e;
  e.subject = "exits";
  e.shown = Shown::kNotCounted;
  if (can_tell) {
    e = EvidenceOf(row, input, kNoExit, "exits",
                   Moved("exits", input, counters));
  }
  e.kind = Evidence::Kind::kNoExit;
  return e;
}

// Drops evidence that was not counted and is not needed:
// - of a counter with several claims, of which another one was counted;
// - of a claim over the control, which stands in for a counter that other
//   backends have;
// - of any claim, where the event must not exit and that was counted: such
//   claims are about hosts where it exits.
void DropWhatOthersTell(std::vector<Evidence>& evidence) {
  bool no_exit_told = false;
  for (const Evidence& e : evidence) {
    no_exit_told = no_exit_told || (e.kind == Evidence::Kind::kNoExit &&
                                    e.shown != Shown::kNotCounted);
  }
  std::vector<Evidence> kept;
  for (const Evidence& e : evidence) {
    const auto tells_the_same = [&e](const Evidence& other) {
      return other.subject == e.subject;
    };
    const bool idle = e.shown == Shown::kNotCounted &&
                      e.kind != Evidence::Kind::kNoCounters && !e.required;
    if (idle && (no_exit_told || e.over_control)) continue;
    const bool told_elsewhere = std::any_of(
        evidence.begin(), evidence.end(), [&](const Evidence& other) {
          return tells_the_same(other) && other.shown != Shown::kNotCounted;
        });
    const bool named = std::any_of(kept.begin(), kept.end(), tells_the_same);
    if (e.shown == Shown::kNotCounted && (told_elsewhere || named)) continue;
    kept.push_back(e);
  }
  evidence = std::move(kept);
}

Evidence Counted(Evidence::Kind kind, uint64_t count, const char* what = "") {
  Evidence e;
  e.kind = kind;
  e.subject = what;
  e.count = static_cast<double>(count);
  return e;
}

std::string DescribeClaimed(const Evidence& e) {
  if (e.most > e.least) return absl::StrFormat("%.0f to %.0f", e.least, e.most);
  return absl::StrFormat("%.0f%s", e.least, e.or_none ? " or none" : "");
}

std::string DescribeShown(const Evidence& e) {
  switch (e.kind) {
    case Evidence::Kind::kExitRecords:
      return absl::StrFormat("%.0f exit records checked", e.count);
    case Evidence::Kind::kCalls:
      return absl::StrFormat("%.0f calls, each answer checked", e.count);
    case Evidence::Kind::kEffect:
      return absl::StrFormat("%.0f %s", e.count, e.subject);
    case Evidence::Kind::kMark:
      return absl::StrFormat("the guest got past the event in %.0f of %.0f",
                             e.count, e.count);
    case Evidence::Kind::kNoCounters:
      return "kernel counters (Linux 5.14 added them)";
    case Evidence::Kind::kReason:
      return absl::StrFormat("%.0f %s%s", e.count, e.subject,
                             e.shown == Shown::kRange  ? " (varies)"
                             : e.shown == Shown::kNone ? " (none here)"
                                                       : "");
    case Evidence::Kind::kNoExit:
    case Evidence::Kind::kClaim:
      break;
  }
  if (e.shown == Shown::kNotCounted) return e.subject;
  const std::string moved = absl::StrFormat("%s %+.0f", e.subject, e.count);
  if (e.shown == Shown::kUnexpected) {
    return absl::StrCat(moved, ", expected ", DescribeClaimed(e));
  }
  if (e.kind == Evidence::Kind::kNoExit) {
    return absl::StrCat("no exit (", moved, ")");
  }
  if (e.shown == Shown::kTooFew) return moved;
  return absl::StrCat(moved, e.shown == Shown::kNone    ? " (none here)"
                             : e.shown == Shown::kRange ? " (varies)"
                             : e.over_control           ? " over the control"
                                                        : "");
}

std::string DescribeWrong(const Evidence& e) {
  if (e.kind == Evidence::Kind::kNoExit) {
    return absl::StrFormat("must not exit, but exits moved by %.0f", e.count);
  }
  if (e.kind == Evidence::Kind::kReason) {
    return absl::StrFormat("%.0f %s, claimed %s", e.count, e.subject,
                           DescribeClaimed(e));
  }
  return absl::StrFormat("%s moved by %.0f, claimed %s", e.subject, e.count,
                         DescribeClaimed(e));
}

bool IsWrong(const Evidence& e) { return e.shown == Shown::kWrong; }

// Returns whether there is such evidence as selects() says, and is_such() holds
// for all of it.
template <typename Selects, typename Predicate>
bool AllAre(absl::Span<const Evidence> evidence, Selects selects,
            Predicate is_such) {
  bool any = false;
  for (const Evidence& e : evidence) {
    if (!selects(e)) continue;
    if (!is_such(e)) return false;
    any = true;
  }
  return any;
}

}  // namespace

std::optional<CounterClaim> OnThisHost(const CounterClaim& claim,
                                       const ProofInput& input) {
  if (!(claim.backends & input.backend) || !(claim.modes & input.mode) ||
      input.features.Lacks(claim.with) ||
      (input.features.present & claim.without) != 0) {
    return std::nullopt;
  }
  CounterClaim here = claim;
  if (((claim.with | claim.without) & input.features.unknown) != 0) {
    if (claim.per_event == 0) return std::nullopt;
    here.or_none = true;
  }
  return here;
}

std::vector<Evidence> Judge(const Case& row, const ProofInput& input,
                            const CounterDeltas& counters) {
  using Kind = Evidence::Kind;
  std::vector<Evidence> evidence;
  if (row.expect.exit.reason != ExpectedExit::kNone) {
    evidence.push_back(Counted(Kind::kExitRecords, input.exit_records));
  }
  if (input.calls > 0) evidence.push_back(Counted(Kind::kCalls, input.calls));
  if (row.expect.verifies != nullptr) {
    evidence.push_back(
        Counted(Kind::kEffect, input.events, row.expect.verifies));
  }
  if (input.marked_events > 0) {
    evidence.push_back(Counted(Kind::kMark, input.marked_events));
  }
  if (!counters.available()) {
    Evidence none = Counted(Kind::kNoCounters, 0);
    none.shown = Shown::kNotCounted;
    evidence.push_back(none);
    return evidence;
  }
  for (const CounterClaim& claim : row.expect.claims) {
    evidence.push_back(JudgeClaim(row, input, counters, claim));
  }
  if (row.expect.never_exits != 0) {
    evidence.push_back(JudgeNoExit(row, input, counters));
  }
  DropWhatOthersTell(evidence);
  return evidence;
}

Verdict VerdictOf(absl::Span<const Evidence> evidence) {
  bool proven = false;
  for (const Evidence& e : evidence) {
    if (IsWrong(e)) return Verdict::kContradicted;
    // A range that begins at 0 holds whatever happens.
    const bool tells = e.shown == Shown::kClaimed || e.shown == Shown::kNone ||
                       e.shown == Shown::kUnexpected ||
                       (e.shown == Shown::kRange && e.least > 0);
    proven = proven || (tells && e.proves);
  }
  for (const Evidence& e : evidence) {
    if (e.required && e.shown != Shown::kClaimed) proven = false;
  }
  return proven ? Verdict::kProven : Verdict::kConsistent;
}

std::string Describe(absl::Span<const Evidence> evidence) {
  std::vector<std::string> shown, not_counted, too_few, wrong;
  for (const Evidence& e : evidence) {
    switch (e.shown) {
      case Shown::kWrong:
        wrong.push_back(DescribeWrong(e));
        break;
      case Shown::kTooFew:
        too_few.push_back(DescribeShown(e));
        break;
      case Shown::kNotCounted:
        not_counted.push_back(DescribeShown(e));
        break;
      default:
        shown.push_back(DescribeShown(e));
    }
  }
  if (!wrong.empty()) return absl::StrJoin(wrong, "; ");
  std::vector<std::string> parts;
  if (!shown.empty()) parts.push_back(absl::StrJoin(shown, ", "));
  if (!not_counted.empty()) {
    parts.push_back(
        absl::StrCat("not counted here: ", absl::StrJoin(not_counted, ", ")));
  }
  if (!too_few.empty()) {
    parts.push_back(
        absl::StrCat("too few events to tell: ", absl::StrJoin(too_few, ", ")));
  }
  return parts.empty() ? "no counter claimed" : absl::StrJoin(parts, "; ");
}

Evidence JudgeReason(const Case& row, const ProofInput& input,
                     const CounterClaim& claim, std::string subject,
                     double exits) {
  ProofInput quiet = input;
  quiet.noise_events = 0;
  const double events = static_cast<double>(input.events);
  Evidence e;
  e.kind = Evidence::Kind::kReason;
  e.subject = std::move(subject);
  e.count = exits;
  e.least = claim.per_event * events;
  e.most = std::max(claim.per_event, claim.per_event_most) * events;
  e.or_none = claim.or_none;
  e.shown = Compare(claim, exits, events, SlackOf(row, quiet));
  return e;
}

std::vector<Unexpected> UnexpectedOf(absl::Span<const Evidence> evidence,
                                     uint64_t events) {
  std::vector<Unexpected> found;
  for (const Evidence& e : evidence) {
    if (e.shown != Shown::kUnexpected) continue;
    const double n = static_cast<double>(events);
    found.push_back({.counter = e.subject,
                     .per_event = *e.per_event,
                     .expected_least = e.or_none ? 0 : e.least / n,
                     .expected_most = e.most / n});
  }
  return found;
}

bool AwaitsConfirmation(absl::Span<const Evidence> evidence) {
  return AllAre(evidence, IsWrong,
                [](const Evidence& e) { return e.per_event.has_value(); });
}

bool IsDisturbedOnly(absl::Span<const Evidence> evidence) {
  const auto disagrees = [](const Evidence& e) {
    return IsWrong(e) || e.shown == Shown::kUnexpected;
  };
  return AllAre(evidence, disagrees, [](const Evidence& e) {
    return e.may_be_noise ||
           (e.most == 0 && e.count > 0 && !e.per_event.has_value());
  });
}

std::optional<ExitsPerEvent> ExitsOf(const Case& row, const ProofInput& input,
                                     const CounterDeltas& counters) {
  if (!counters.Has("exits") || input.events == 0) return std::nullopt;
  const double events = static_cast<double>(input.events);
  const double moved = Moved("exits", input, counters);
  // The exits of other vCPUs, and those that a host thread causes, are no whole
  // number per event.
  const bool alone =
      row.place == Place::kNowhere && row.service.serve == nullptr;
  if (alone) {
    const std::optional<double> whole =
        WholePerEvent(moved, events, SlackOf(row, input));
    if (whole.has_value()) return ExitsPerEvent{*whole, true};
  }
  return ExitsPerEvent{std::max(0.0, moved / events), false};
}

std::optional<double> HaltPollOf(const Case& row, const ProofInput& input,
                                 const CounterDeltas& counters) {
  constexpr absl::string_view kSuccess = "halt_poll_success_ns";
  constexpr absl::string_view kFail = "halt_poll_fail_ns";
  const bool halts =
      row.shape.irqchip &&
      std::any_of(row.expect.claims.begin(), row.expect.claims.end(),
                  [](const CounterClaim& claim) {
                    return absl::StartsWith(claim.counter, "halt_");
                  });
  if (!halts || input.events == 0 || !counters.Has(kSuccess) ||
      !counters.Has(kFail)) {
    return std::nullopt;
  }
  return (counters.Get(kSuccess) + counters.Get(kFail)) /
         static_cast<double>(input.events);
}

}  // namespace exitbench
