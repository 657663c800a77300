#include "harness/plan/pace.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"

namespace exitbench {
namespace {

// A run may be so many times as long as those before it.
constexpr uint32_t kMostGrowth = 10;
// A run so many times as long as those before tells what an exit takes.
constexpr uint32_t kTellingGrowth = 4;
// How much of what one case took otherwise than all others is believed. It may
// be one disturbed run.
constexpr double kBelieved = 0.3;
// Rounding of credits.
constexpr double kAlmost = 1e-6;

bool AllAsWanted(const std::vector<CaseWish>& wishes,
                 const std::vector<CasePlan>& plans) {
  for (size_t i = 0; i < wishes.size(); ++i) {
    if (plans[i].exits != wishes[i].most_exits ||
        plans[i].runs != wishes[i].most_runs) {
      return false;
    }
  }
  return true;
}

// Returns whether all fits even if every case costs what its longest run so far
// took for its exits alone.
bool FitsAtWorst(const Pace& pace, std::vector<CaseWish> wishes,
                 double seconds) {
  for (size_t i = 0; i < wishes.size(); ++i) {
    const uint32_t seen = pace.cases[i].seen_exits;
    wishes[i].cost = CostFromOneRun(seen, RunSeconds(wishes[i].cost, seen), 1);
  }
  return AllAsWanted(wishes, FitCases(wishes, seconds));
}

bool IsTime(double seconds) {
  return std::isfinite(seconds) && seconds >= 0 && seconds < 1e9;
}

absl::Status NoPace() {
  return absl::InvalidArgumentError("not the text of a pace");
}

absl::StatusOr<PacedCase> ReadCase(absl::string_view text) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ',');
  PacedCase c;
  if (words.size() != 8 || words[0].empty() ||
      !absl::SimpleAtod(words[1], &c.cost.fixed_s) ||
      !absl::SimpleAtod(words[2], &c.cost.per_exit_s) ||
      !absl::SimpleAtoi(words[3], &c.most_exits) ||
      !absl::SimpleAtoi(words[4], &c.seen_exits) ||
      !absl::SimpleAtoi(words[5], &c.runs) ||
      !absl::SimpleAtod(words[6], &c.spent_s) ||
      !absl::SimpleAtod(words[7], &c.credit) || !IsTime(c.cost.fixed_s) ||
      !IsTime(c.cost.per_exit_s) || !IsTime(c.spent_s) || c.most_exits == 0 ||
      c.seen_exits == 0 || !(c.credit >= -2 && c.credit <= 2)) {
    return NoPace();
  }
  c.name = std::string(words[0]);
  return c;
}

}  // namespace

CaseCost CostToBeginWith(uint32_t exits, double seconds, double share_s) {
  // A run that tells takes so many times as long at worst.
  constexpr double kMostLonger = 4;
  // The part of its share that a case may spend on that run.
  constexpr double kMostPart = 0.5;
  constexpr double kSmallPart = 0.03;
  const bool may_tell = kMostLonger * seconds <= kMostPart * share_s;
  return CostFromOneRun(exits, seconds, may_tell ? kSmallPart : 1);
}

std::vector<CaseWish> Wishes(const Pace& pace) {
  std::vector<CaseWish> wishes;
  for (const PacedCase& c : pace.cases) {
    wishes.push_back({.cost = c.cost,
                      .most_exits = c.most_exits,
                      .most_runs = pace.rounds_left,
                      .least_runs = c.runs == 0 ? 1u : 0u,
                      .spent_s = c.spent_s});
  }
  return wishes;
}

double SecondsLeft(const Pace& pace, absl::Time now) {
  const uint32_t starts =
      pace.rounds_left == 0 ? 0 : (pace.rounds_left - 1) / pace.rounds;
  return absl::ToDoubleSeconds(pace.end - now) - starts * pace.session_s;
}

RoundPlan PlanRound(Pace& pace, absl::Time now) {
  RoundPlan plan;
  plan.exits.resize(pace.cases.size(), 0);
  if (pace.rounds_left == 0) return plan;
  const double left_s = SecondsLeft(pace, now);
  const std::vector<CaseWish> wishes = Wishes(pace);
  const std::vector<CasePlan> plans = FitCases(wishes, left_s);
  plan.spare_s = left_s - PlannedSeconds(wishes, plans);
  // What was cut is worth more than a rerun.
  if (!AllAsWanted(wishes, plans)) plan.spare_s = 0;
  const bool grows_at_will = FitsAtWorst(pace, wishes, left_s);
  for (size_t i = 0; i < pace.cases.size(); ++i) {
    PacedCase& c = pace.cases[i];
    c.credit += static_cast<double>(plans[i].runs) / pace.rounds_left;
    if (c.credit < 1 - kAlmost) continue;
    c.credit = std::min(c.credit - 1, 1.0);
    plan.exits[i] =
        grows_at_will
            ? plans[i].exits
            : static_cast<uint32_t>(std::min<uint64_t>(
                  plans[i].exits, uint64_t{kMostGrowth} * c.seen_exits));
  }
  return plan;
}

void EndRound(const std::vector<RunTook>& runs, Pace& pace) {
  const auto tells = [&pace](const RunTook& run) {
    return run.exits >=
           uint64_t{kTellingGrowth} * pace.cases[run.index].seen_exits;
  };
  double took_s = 0, planned_s = 0;
  for (const RunTook& run : runs) {
    if (tells(run)) continue;
    took_s += run.seconds;
    planned_s += RunSeconds(pace.cases[run.index].cost, run.exits);
  }
  const double slower = took_s > 0 && planned_s > 0 ? took_s / planned_s : 1;
  for (PacedCase& c : pace.cases) {
    c.cost.fixed_s *= slower;
    c.cost.per_exit_s *= slower;
  }
  for (const RunTook& run : runs) {
    PacedCase& c = pace.cases[run.index];
    if (tells(run)) {
      c.cost = CostFromPilots(c.seen_exits, RunSeconds(c.cost, c.seen_exits),
                              run.exits, run.seconds);
    } else if (const double planned = RunSeconds(c.cost, run.exits);
               planned > 0 && run.seconds > 0) {
      const double own = std::pow(run.seconds / planned, kBelieved);
      c.cost.fixed_s *= own;
      c.cost.per_exit_s *= own;
    }
    c.seen_exits = std::max(c.seen_exits, run.exits);
    ++c.runs;
    c.spent_s += run.seconds;
  }
  if (pace.rounds_left > 0) --pace.rounds_left;
}

std::string FewerRuns(const Pace& pace, const std::vector<CasePlan>& plans) {
  std::vector<std::string> fewer;
  for (size_t i = 0; i < pace.cases.size(); ++i) {
    const uint32_t runs = pace.cases[i].runs + plans[i].runs;
    if (runs < pace.rounds_in_all) {
      fewer.push_back(absl::StrCat(pace.cases[i].name, " ", runs));
    }
  }
  return absl::StrJoin(fewer, ", ");
}

std::string WritePace(const Pace& pace) {
  std::string text = absl::StrFormat(
      "%d;%.6g;%.6g;%u;%u;%u", absl::ToUnixNanos(pace.end), pace.budget_s,
      pace.session_s, pace.rounds, pace.rounds_left, pace.rounds_in_all);
  for (const PacedCase& c : pace.cases) {
    absl::StrAppendFormat(&text, ";%s,%.6g,%.6g,%u,%u,%u,%.6g,%.6g", c.name,
                          c.cost.fixed_s, c.cost.per_exit_s, c.most_exits,
                          c.seen_exits, c.runs, c.spent_s, c.credit);
  }
  return text;
}

absl::StatusOr<Pace> ReadPace(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ';');
  constexpr size_t kHead = 6;
  Pace pace;
  int64_t end_ns = 0;
  if (parts.size() < kHead || !absl::SimpleAtoi(parts[0], &end_ns) ||
      !absl::SimpleAtod(parts[1], &pace.budget_s) ||
      !absl::SimpleAtod(parts[2], &pace.session_s) ||
      !absl::SimpleAtoi(parts[3], &pace.rounds) ||
      !absl::SimpleAtoi(parts[4], &pace.rounds_left) ||
      !absl::SimpleAtoi(parts[5], &pace.rounds_in_all) ||
      !IsTime(pace.budget_s) || !IsTime(pace.session_s) || pace.rounds == 0) {
    return NoPace();
  }
  pace.end = absl::FromUnixNanos(end_ns);
  for (size_t i = kHead; i < parts.size(); ++i) {
    EB_ASSIGN_OR_RETURN(pace.cases.emplace_back(), ReadCase(parts[i]));
  }
  return pace;
}

}  // namespace exitbench
