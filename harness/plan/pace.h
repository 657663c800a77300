// Keeps a measurement within its budget while it runs. Before each round the
// rest of the time is planned anew, by what the runs so far took, so a host
// that becomes slower has fewer events in its later rounds.
//
// Runs of one case may so differ in their number of events. What is compared is
// the interquartile mean of each run, whatever its length, and exact counts are
// per event. Each run records its number.
#ifndef EXITBENCH_HARNESS_PLAN_PACE_H_
#define EXITBENCH_HARNESS_PLAN_PACE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "harness/plan/budget.h"

namespace exitbench {

struct PacedCase {
  std::string name;
  CaseCost cost;
  uint32_t most_exits = 0;  // Wanted of each run.
  uint32_t seen_exits = 0;  // The longest run so far.
  uint32_t runs = 0;        // So far.
  double spent_s = 0;       // On them.
  // Grows with each round by the part of the rounds that the case is run in. It
  // is run when this reaches 1.
  double credit = 1;
};

struct Pace {
  absl::Time end;        // When all sessions should be over.
  double budget_s = 0;   // As asked for.
  double session_s = 0;  // What the start of a session takes.
  uint32_t rounds = 0;   // Of each session.
  uint32_t rounds_left = 0;
  uint32_t rounds_in_all = 0;  // As asked for, thus the runs of each case.
  std::vector<PacedCase> cases;
};

// Returns a cost to begin with after a single pilot of `exits` (20 or so),
// which does not tell its parts. `share_s` is the time there is for each case.
// If a run that tells fits in, nearly all is taken to be fixed, so that the
// first round has runs long enough to tell. Otherwise all is taken to be for
// exits.
CaseCost CostToBeginWith(uint32_t exits, double seconds, double share_s);

// Returns what is wanted of the cases from now on. By it FitCases() plans.
std::vector<CaseWish> Wishes(const Pace& pace);

// Returns the seconds that are left for runs.
double SecondsLeft(const Pace& pace, absl::Time now);

struct RoundPlan {
  std::vector<uint32_t> exits;  // Of each of the cases. 0: not in this round.
  double spare_s = 0;  // Left if all goes as planned. It is for reruns.
};

// Plans the next round. A case whose runs become longer does so by at most ten
// times, unless there is time even if all of its time so far was for exits.
RoundPlan PlanRound(Pace& pace, absl::Time now);

struct RunTook {
  size_t index = 0;  // Into Pace::cases.
  uint32_t exits = 0;
  double seconds = 0;
};

// Notes that a round is over, and what its runs took.
void EndRound(const std::vector<RunTook>& runs, Pace& pace);

// Returns "a 3, b 1" for the cases that `plans` gives fewer runs, together with
// those they had, than were asked for. Empty if there are none.
std::string FewerRuns(const Pace& pace, const std::vector<CasePlan>& plans);

// The pace as text without spaces, to hand it from process to process.
// kInvalidArgument: `text` is no such text.
std::string WritePace(const Pace& pace);
absl::StatusOr<Pace> ReadPace(absl::string_view text);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PLAN_PACE_H_
