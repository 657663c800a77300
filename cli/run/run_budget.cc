#include "cli/run/run_budget.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>

#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "harness/plan/budget.h"
#include "harness/session/orchestrator.h"

namespace exitbench {

namespace {

constexpr uint32_t kPilotEvents[] = {20, 100};
// Both pilots together may take this part of the budget.
constexpr double kPilotPart = 0.4;
// The part kept in reserve for starting, writing, and runs longer than planned.
constexpr double kReserve = 0.1;

struct Pilot {
  std::map<std::string, double> seconds;  // By case, of cases that were run.
  double session_s = 0;                   // Outside of the cases.
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
  pilot.session_s = pilot.all_s - in_cases_s;
  pilot.whole = pilot.seconds.size() == cases.size();
  return pilot;
}

}  // namespace

absl::StatusOr<int> FitIntoBudget(const std::vector<CaseInstance>& cases,
                                  absl::Duration budget, absl::Time started,
                                  RunConfig& config) {
  const absl::Time pilots_end = started + kPilotPart * budget;
  const BudgetPlan wanted = {config.sessions, config.rounds, config.exits};
  // No run begins after the deadline. The last one is allowed to finish.
  config.deadline = started + budget - absl::Milliseconds(500);
  // Disturbed runs are not repeated, since how many there will be is unknown.
  config.reruns = 0;
  EB_ASSIGN_OR_RETURN(const Pilot small,
                      RunPilot(cases, kPilotEvents[0], pilots_end, config));
  if (small.stop_signal != 0) return small.stop_signal;
  BudgetPlan plan = {1, 1, std::min(config.exits, kFewestExits)};
  // Without time for the second pilot there is only time for the fewest events.
  if (small.whole && absl::Now() + absl::Seconds(small.all_s) < pilots_end) {
    EB_ASSIGN_OR_RETURN(const Pilot large,
                        RunPilot(cases, kPilotEvents[1], pilots_end, config));
    if (large.stop_signal != 0) return large.stop_signal;
    if (large.whole) {
      std::vector<CaseCost> costs;
      for (const CaseInstance& c : cases) {
        costs.push_back(
            CostFromPilots(kPilotEvents[0], small.seconds.at(c.name),
                           kPilotEvents[1], large.seconds.at(c.name)));
      }
      const double left_s =
          absl::ToDoubleSeconds(started + budget - absl::Now()) -
          kReserve * absl::ToDoubleSeconds(budget);
      plan = FitBudget(costs, small.session_s, wanted, left_s);
    }
  }
  config.sessions = plan.sessions;
  config.rounds = plan.rounds;
  config.exits = plan.exits;
  const std::string cut = DescribeCut(wanted, plan);
  std::fprintf(stderr, "budget %s: %s; disturbed runs are not repeated\n",
               absl::FormatDuration(budget).c_str(),
               cut.empty() ? "all that was asked for" : cut.c_str());
  return 0;
}

}  // namespace exitbench
