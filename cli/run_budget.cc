#include "cli/run_budget.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "cli/session_argv.h"
#include "harness/budget.h"
#include "harness/orchestrator.h"

namespace exitbench {

absl::Status FitIntoBudget(const std::vector<CaseInstance>& cases,
                           const std::vector<std::string>& argv,
                           absl::Duration budget, absl::Time started,
                           RunConfig& config) {
  constexpr uint32_t kPilotExits[] = {20, 100};
  // What is kept back for starting, writing, and runs longer than planned.
  constexpr double kReserve = 0.1;
  // By then the last run should have begun; it is let finish.
  config.deadline = started + budget - absl::Milliseconds(500);
  std::map<std::string, double> seconds[2];
  double session_s = 0;
  for (int i = 0; i < 2; ++i) {
    RunConfig pilot = config;
    pilot.sessions = 1;
    pilot.rounds = 1;
    std::vector<std::string> pilot_argv = SessionArgv(argv, config);
    for (const std::string& flag :
         {absl::StrCat("--exits=", std::min(config.exits, kPilotExits[i])),
          std::string("--rounds=1"), std::string("--reruns=0"),
          std::string("--nolinearity"), std::string("--noquick")}) {
      pilot_argv.push_back(flag);
    }
    const absl::Time pilot_started = absl::Now();
    double in_cases_s = 0;
    RunCallbacks callbacks;
    callbacks.on_run = [&](const std::string& name, absl::Duration took) {
      seconds[i][name] = absl::ToDoubleSeconds(took);
      in_cases_s += absl::ToDoubleSeconds(took);
    };
    EB_ASSIGN_OR_RETURN(GatheredResults unused,
                        RunSessions(pilot, cases, pilot_argv, callbacks));
    if (unused.stop_signal != 0) {
      return absl::CancelledError("interrupted before anything was measured");
    }
    session_s = absl::ToDoubleSeconds(absl::Now() - pilot_started) - in_cases_s;
  }
  std::vector<CaseCost> costs;
  for (const CaseInstance& c : cases) {
    costs.push_back(CostFromPilots(kPilotExits[0], seconds[0][c.name],
                                   kPilotExits[1], seconds[1][c.name]));
  }
  const BudgetPlan wanted = {config.sessions, config.rounds, config.exits};
  const double left_s = absl::ToDoubleSeconds(started + budget - absl::Now()) -
                        kReserve * absl::ToDoubleSeconds(budget);
  // A disturbed run is not repeated: the budget has no room to guess by.
  config.reruns = 0;
  const BudgetPlan plan = FitBudget(costs, session_s, wanted, left_s);
  config.sessions = plan.sessions;
  config.rounds = plan.rounds;
  config.exits = plan.exits;
  const std::string cut = DescribeCut(wanted, plan);
  std::fprintf(stderr, "budget %s: %s; disturbed runs are not repeated\n",
               absl::FormatDuration(budget).c_str(),
               cut.empty() ? "all that was asked for" : cut.c_str());
  return absl::OkStatus();
}

}  // namespace exitbench
