#include "cli/run/run_budget.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "harness/plan/budget.h"
#include "harness/plan/pace.h"
#include "harness/session/orchestrator.h"

namespace exitbench {
namespace {

constexpr uint32_t kPilotEvents[] = {20, 100};
// Both pilots together may take this part of the budget.
constexpr double kPilotPart = 0.4;
// Where the shortest runs take this part of the budget there are no longer
// ones to plan, and a second pilot tells nothing.
constexpr double kAllShort = 0.8;
// Starting sessions may take this part of the budget, if there are several.
constexpr double kStartPart = 0.25;
// The parts of the budget at which all should be over, and at which no run
// begins any more. A default budget is about so long: a run that was begun is
// worth more than to be in time.
struct BudgetEnd {
  double planned;
  double last;
};
constexpr BudgetEnd kAskedEnd = {0.93, 1.0};
constexpr BudgetEnd kDefaultEnd = {0.97, 1.08};
// The names in one message.
constexpr size_t kMostNamed = 8;

struct Pilot {
  std::map<std::string, double> seconds;  // By case, of cases that were run.
  std::set<std::string> skipped;
  double session_s = 0;  // Outside of the cases.
  double all_s = 0;
  bool whole = false;   // All cases were run.
  int stop_signal = 0;  // Ended it early.
};

absl::StatusOr<Pilot> RunPilot(const std::vector<CaseInstance>& cases,
                               uint32_t exits, absl::Time deadline,
                               RunConfig config) {
  config.sessions = 1;
  config.rounds = 1;
  config.exits = std::min(config.exits, exits);
  config.reruns = 0;
  config.linearity = false;
  config.profile_time = absl::ZeroDuration();
  config.exit_reasons = false;
  config.quick = false;
  config.deadline = deadline;
  Pilot pilot;
  const absl::Time started = absl::Now();
  double in_cases_s = 0;
  RunCallbacks callbacks;
  callbacks.on_run = [&](const std::string& name, absl::Duration took) {
    pilot.seconds[name] = absl::ToDoubleSeconds(took);
    in_cases_s += absl::ToDoubleSeconds(took);
  };
  EB_ASSIGN_OR_RETURN(GatheredResults gathered,
                      RunSessions(config, cases, callbacks));
  pilot.stop_signal = gathered.stop_signal;
  pilot.all_s = absl::ToDoubleSeconds(absl::Now() - started);
  pilot.session_s = std::max(0.0, pilot.all_s - in_cases_s);
  pilot.whole = pilot.seconds.size() == cases.size();
  for (const CaseResult& c : gathered.results.cases) {
    if (c.outcome == Outcome::kSkipped) pilot.skipped.insert(c.name);
  }
  return pilot;
}

// What a case's longest pilot was, and what it says of its cost. `share_s` is
// the time there is for each case.
PacedCase FromPilots(const CaseInstance& instance, uint32_t wanted,
                     double share_s, const Pilot& small,
                     const std::optional<Pilot>& large) {
  PacedCase c;
  c.name = instance.name;
  const uint32_t bound = instance.row->size.max_events;
  c.most_exits = bound > 0 ? std::min(bound, wanted) : wanted;
  const uint32_t few = std::min(kPilotEvents[0], c.most_exits);
  const uint32_t many = std::min(kPilotEvents[1], c.most_exits);
  // A case that no pilot reached is taken to cost what the others did.
  const double all =
      static_cast<double>(std::max<size_t>(1, small.seconds.size()));
  const auto took = small.seconds.find(c.name);
  const double small_s =
      took == small.seconds.end() ? small.all_s / all : took->second;
  if (large.has_value() && many > few) {
    c.seen_exits = many;
    c.cost = CostFromPilots(few, small_s, many, large->seconds.at(c.name));
  } else {
    c.seen_exits = few;
    c.cost = CostToBeginWith(few, small_s, share_s);
  }
  return c;
}

// Returns the first of `names`, and how many more there are.
std::string SomeOf(const std::vector<std::string>& names) {
  const size_t named = std::min(names.size(), kMostNamed);
  std::string text = absl::StrJoin(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(named), ", ");
  if (named < names.size()) {
    absl::StrAppend(&text, " and ", names.size() - named, " more");
  }
  return text;
}

std::string Cases(size_t n) {
  return absl::StrCat(n, n == 1 ? " case" : " cases");
}

std::string Runs(uint32_t n) {
  return absl::StrCat(n, n == 1 ? " run" : " runs");
}

double SecondsOfAll(const Pace& pace, uint32_t sessions) {
  double seconds = sessions * pace.session_s;
  for (const PacedCase& c : pace.cases) {
    seconds += pace.rounds_in_all * RunSeconds(c.cost, c.most_exits);
  }
  return seconds;
}

// Returns "20 to 500" or, of equal numbers, "20".
std::string Range(uint32_t least, uint32_t most) {
  return least == most ? absl::StrCat(least)
                       : absl::StrCat(least, " to ", most);
}

// Returns "10000 events a run in 250 cases, 100 to 9000 in 45, fewer in the
// first runs". The pace lets runs grow by steps where time is short.
std::string DescribeEvents(const Pace& pace,
                           const std::vector<CasePlan>& plans) {
  uint32_t least = UINT32_MAX, most_cut = 0, wanted = 0;
  size_t uncut = 0;
  for (size_t i = 0; i < plans.size(); ++i) {
    wanted = std::max(wanted, pace.cases[i].most_exits);
    if (plans[i].exits == pace.cases[i].most_exits) {
      ++uncut;
      continue;
    }
    least = std::min(least, plans[i].exits);
    most_cut = std::max(most_cut, plans[i].exits);
  }
  if (uncut == plans.size()) return absl::StrCat(wanted, " events a run");
  if (uncut == 0) return absl::StrCat(Range(least, most_cut), " events a run");
  return absl::StrCat(wanted, " events a run in ", Cases(uncut), ", ",
                      Range(least, most_cut), " in ", plans.size() - uncut,
                      ", fewer in the first runs");
}

// Returns "15 runs each", or how many of them the cases get.
std::string DescribeRuns(const Pace& pace, const std::vector<CasePlan>& plans) {
  uint32_t least = UINT32_MAX, most = 0;
  for (const CasePlan& p : plans) {
    least = std::min(least, p.runs);
    most = std::max(most, p.runs);
  }
  // The few that get fewer are named.
  if (most == pace.rounds_in_all) return absl::StrCat(Runs(most), " each");
  return absl::StrCat(Range(least, most), " runs each (", pace.rounds_in_all,
                      " do not fit)");
}

// Sets how many sessions and rounds there are, of those that `config` asks for.
// A session that no case needs is not started.
void ChooseRounds(absl::Time now, Pace& pace, RunConfig& config) {
  const double left_s = SecondsLeft(pace, now);
  uint32_t most_runs = 1;
  for (const CasePlan& p : FitCases(Wishes(pace), left_s)) {
    most_runs = std::max(most_runs, p.runs);
  }
  config.sessions = std::min(config.sessions, most_runs);
  while (config.sessions > 1 &&
         config.sessions * pace.session_s >
             kStartPart * absl::ToDoubleSeconds(pace.end - now)) {
    --config.sessions;
  }
  config.rounds = (most_runs + config.sessions - 1) / config.sessions;
  pace.rounds = config.rounds;
  pace.rounds_left = config.sessions * config.rounds;
}

// Says what is planned. `all_s` is what all that is wanted would take, or 0 if
// that is not known. Returns the cases that get fewer runs than wanted.
std::set<std::string> SayPlan(const Pace& pace, absl::Time started,
                              absl::Time now, double all_s, size_t skipped) {
  const std::vector<CaseWish> wishes = Wishes(pace);
  const double left_s = SecondsLeft(pace, now);
  const std::vector<CasePlan> plans = FitCases(wishes, left_s);
  const double planned_s = PlannedSeconds(wishes, plans);
  const double rest_s = std::min(planned_s, left_s) +
                        absl::ToDoubleSeconds(pace.end - now) - left_s;
  std::set<std::string> named;
  std::vector<std::string> fewer;
  for (size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].runs >= pace.rounds_in_all) continue;
    named.insert(pace.cases[i].name);
    fewer.push_back(absl::StrCat(pace.cases[i].name, " ", plans[i].runs));
  }
  const std::string others =
      skipped == 0 ? "" : absl::StrCat(" (", skipped, " more can't run here)");
  if (planned_s > left_s) {
    std::fprintf(stderr,
                 "plan: %s is too short for one run of each of %s%s: give it "
                 "more time, or fewer --cases\n",
                 AboutTime(absl::Seconds(pace.budget_s)).c_str(),
                 Cases(pace.cases.size()).c_str(), others.c_str());
    return named;
  }
  std::fprintf(
      stderr, "plan: %s%s, %s, %s: about %s in all%s\n",
      Cases(pace.cases.size()).c_str(), others.c_str(),
      DescribeRuns(pace, plans).c_str(), DescribeEvents(pace, plans).c_str(),
      AboutTime(now - started + absl::Seconds(rest_s)).c_str(),
      all_s > 1.2 * planned_s ? absl::StrCat("; --full would take about ",
                                             AboutTime(absl::Seconds(all_s)))
                                    .c_str()
                              : "");
  if (!fewer.empty() && fewer.size() < plans.size()) {
    std::fprintf(stderr,
                 "plan: too dear for %s in this time: %s with fewer: %s\n",
                 Runs(pace.rounds_in_all).c_str(), Cases(fewer.size()).c_str(),
                 SomeOf(fewer).c_str());
  }
  return named;
}

}  // namespace

std::string AboutTime(absl::Duration time) {
  int64_t s = absl::ToInt64Seconds(time + absl::Milliseconds(500));
  if (s >= 3600) {
    const int64_t minutes = (s + 30) / 60;
    return absl::StrCat(minutes / 60, " h ", minutes % 60, " min");
  }
  if (s < 60) return absl::StrCat(std::max<int64_t>(s, 1), " s");
  s = (s + 5) / 10 * 10;
  return s % 60 == 0 ? absl::StrCat(s / 60, " min")
                     : absl::StrCat(s / 60, " min ", s % 60, " s");
}

std::string FirstLine(size_t cases, const RunConfig& config,
                      const TimePlan& plan) {
  const uint32_t runs = config.sessions * config.rounds;
  std::string text = absl::StrCat(Cases(cases), ", ", Runs(runs),
                                  cases == 1 ? "" : " each", " of ");
  const std::string events = absl::StrCat(config.exits, " events");
  if (plan.budget > absl::ZeroDuration()) {
    absl::StrAppend(&text, events, ", or of fewer so that all takes at most ",
                    plan.is_default ? "about " : "", AboutTime(plan.budget),
                    "; short runs first, to plan it");
  } else if (config.quick) {
    absl::StrAppend(&text, events, ", for a look");
  } else {
    absl::StrAppend(&text, events, ", however long it takes");
  }
  if (plan.is_default) {
    text += " (--quick: one short run each; --full: all events)";
  }
  return text;
}

absl::Duration ReserveProfile(size_t cases, RunConfig& config, TimePlan& plan) {
  // Sampling may take this part of the budget. Each case also needs time to
  // make its VMs.
  constexpr double kMostPart = 0.25;
  constexpr double kSampledPart = 0.7;
  const double count = static_cast<double>(std::max<size_t>(cases, 1));
  absl::Duration all = count * config.profile_time / kSampledPart;
  if (plan.budget <= absl::ZeroDuration()) return all;
  if (all > kMostPart * plan.budget) {
    all = kMostPart * plan.budget;
    config.profile_time = kSampledPart * all / count;
  }
  plan.budget -= all;
  return all;
}

std::string LateEstimate::Take(const Progress& progress, absl::Time now) {
  constexpr absl::Duration kLate = absl::Seconds(10);
  if (said_ || progress.runs_done == 0 || now - started_ < kLate) return "";
  said_ = true;
  const absl::Duration all =
      (now - started_) * progress.runs_in_all / progress.runs_done;
  return absl::StrCat(progress.runs_done, " of ", progress.runs_in_all,
                      " runs took ", AboutTime(now - started_), ": about ",
                      AboutTime(all), " in all");
}

absl::StatusOr<Budgeted> PlanTime(const std::vector<CaseInstance>& cases,
                                  const TimePlan& plan, absl::Time started,
                                  RunConfig& config) {
  const bool bounded = plan.budget > absl::ZeroDuration();
  const double budget_s = bounded ? absl::ToDoubleSeconds(plan.budget) : 1e9;
  const absl::Time pilots_end =
      bounded ? started + kPilotPart * plan.budget : absl::InfiniteFuture();
  Budgeted budgeted;
  budgeted.wanted_runs = config.sessions * config.rounds;
  EB_ASSIGN_OR_RETURN(const Pilot small,
                      RunPilot(cases, kPilotEvents[0], pilots_end, config));
  budgeted.stop_signal = small.stop_signal;
  if (small.stop_signal != 0) return budgeted;
  std::optional<Pilot> large;
  if (small.whole &&
      absl::Now() + 2 * absl::Seconds(small.all_s) < pilots_end &&
      budgeted.wanted_runs * small.all_s < kAllShort * budget_s) {
    EB_ASSIGN_OR_RETURN(large,
                        RunPilot(cases, kPilotEvents[1], pilots_end, config));
    budgeted.stop_signal = large->stop_signal;
    if (large->stop_signal != 0) return budgeted;
    if (!large->whole) large.reset();
  }
  Pace pace;
  pace.budget_s = budget_s;
  pace.session_s = small.session_s;
  pace.rounds = config.rounds;
  pace.rounds_left = pace.rounds_in_all = budgeted.wanted_runs;
  for (const CaseInstance& c : cases) {
    if (small.skipped.count(c.name) > 0) continue;
    pace.cases.push_back(
        FromPilots(c, config.exits,
                   budget_s / static_cast<double>(cases.size()), small, large));
  }
  if (pace.cases.empty()) return budgeted;
  // One pilot does not tell what an exit takes.
  const double all_s =
      large.has_value() ? SecondsOfAll(pace, config.sessions) : 0;
  const absl::Time now = absl::Now();
  if (!bounded) {
    std::fprintf(stderr, "plan: about %s in all\n",
                 AboutTime(now - started + absl::Seconds(all_s)).c_str());
    return budgeted;
  }
  const BudgetEnd end = plan.is_default ? kDefaultEnd : kAskedEnd;
  // The start of the first session is not in what SecondsLeft() subtracts.
  pace.end =
      started + end.planned * plan.budget - absl::Seconds(pace.session_s);
  config.deadline = started + end.last * plan.budget - absl::Milliseconds(500);
  ChooseRounds(now, pace, config);
  budgeted.named = SayPlan(pace, started, now, all_s, small.skipped.size());
  pace.end += absl::Seconds(pace.session_s);
  config.pace = WritePace(pace);
  return budgeted;
}

std::string WhatBudgetCut(const std::vector<CaseInstance>& cases,
                          const Budgeted& budgeted, const Results& results) {
  std::vector<std::string> missing, fewer;
  for (const CaseInstance& c : cases) {
    const auto result =
        std::find_if(results.cases.begin(), results.cases.end(),
                     [&c](const CaseResult& r) { return r.name == c.name; });
    if (result == results.cases.end()) {
      missing.push_back(c.name);
      continue;
    }
    if (result->outcome != Outcome::kOk || budgeted.named.count(c.name) > 0) {
      continue;
    }
    const auto runs =
        std::count_if(result->runs.begin(), result->runs.end(),
                      [](const Run& r) { return r.attempt == 0; });
    if (runs < budgeted.wanted_runs) {
      fewer.push_back(absl::StrCat(c.name, " ", runs));
    }
  }
  std::string text;
  if (!missing.empty()) {
    absl::StrAppend(&text, "budget: ", missing.size(), " of ",
                    Cases(cases.size()), " were not reached: ", SomeOf(missing),
                    "\n");
  }
  if (!fewer.empty()) {
    absl::StrAppend(&text, "budget: the host became slower than planned: ",
                    Cases(fewer.size()), " with fewer than ",
                    Runs(budgeted.wanted_runs), ": ", SomeOf(fewer), "\n");
  }
  return text;
}

}  // namespace exitbench
