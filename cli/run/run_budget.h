// What a measurement will take: says it at the start, and shrinks the
// measurement until it fits into the budget.
#ifndef EXITBENCH_CLI_RUN_RUN_BUDGET_H_
#define EXITBENCH_CLI_RUN_RUN_BUDGET_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cases/catalogue/catalogue.h"
#include "cli/run/run_flags.h"
#include "harness/session/progress.h"
#include "harness/settings/run_config.h"
#include "results/model/model.h"

namespace exitbench {

// What a budget makes of a measurement.
struct Budgeted {
  int stop_signal = 0;          // Interrupted the pilots, if not 0.
  uint32_t wanted_runs = 0;     // Of each case.
  std::set<std::string> named;  // Cases said to be too dear for as many.
};

// Returns the first line of a run: how many cases, runs and events, and how
// long they take as far as the flags say.
std::string FirstLine(size_t cases, const RunConfig& config,
                      const TimePlan& plan);

// Takes the time of the profile, if one is asked for, out of the budget. Where
// that is too short, cases are sampled for less time. Returns about how long
// the profile takes.
absl::Duration ReserveProfile(size_t cases, RunConfig& config, TimePlan& plan);

// Returns a time for people: "2 h 33 min", "9 min 40 s", "45 s".
std::string AboutTime(absl::Duration time);

// Tells once how long a measurement without pilots takes, when it has gone on
// for ten seconds.
class LateEstimate {
 public:
  explicit LateEstimate(bool on, absl::Time started = absl::Now())
      : said_(!on), started_(started) {}
  // Returns what to say now: "34 of 900 runs took 10 s: about 4 min 30 s in
  // all". Mostly empty.
  std::string Take(const Progress& progress, absl::Time now);

 private:
  bool said_;
  const absl::Time started_;
};

// Plans the measurement by short pilot runs of every case, whose results are
// dropped, and says on standard error what it will take. With a budget, which
// began at `started`, it sets the pace in `config`.
absl::StatusOr<Budgeted> PlanTime(const std::vector<CaseInstance>& cases,
                                  const TimePlan& plan, absl::Time started,
                                  RunConfig& config);

// Returns lines about the cases that have fewer runs than wanted and were not
// named at the start. Empty if there are none.
std::string WhatBudgetCut(const std::vector<CaseInstance>& cases,
                          const Budgeted& budgeted, const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_RUN_BUDGET_H_
