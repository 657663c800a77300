// One side of a comparison: what diff needs of results, and no more. The
// histograms and counters of a file are dropped on the way here, so a thousand
// sides fit in memory.
#ifndef EXITBENCH_RESULTS_SIDES_SIDE_H_
#define EXITBENCH_RESULTS_SIDES_SIDE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "results/model/model.h"

namespace exitbench {

// The replicates of one metric: one interquartile mean per run.
struct Series {
  std::string metric;
  Unit unit = Unit::kUnspecified;
  Direction direction = Direction::kUnspecified;
  bool gating = false;
  std::vector<double> values;
  std::vector<uint32_t> boots;  // Of each value: below Side::boots.
};

// Whether diff gives a verdict on it.
inline bool IsJudged(const Series& series) {
  return series.gating || series.direction == Direction::kExact;
}

struct SideCase {
  std::string name;
  std::string code_hash;
  Outcome outcome = Outcome::kUnspecified;
  std::string reason;
  std::vector<Series> series;
};

struct Side {
  std::string label;  // How the user named it: the file.
  std::string tool_version;
  Host host;
  std::vector<Session> sessions;  // Without their calibrations' figures.
  size_t counted_sessions = 0;    // Those whose runs are used.
  uint32_t boots = 0;             // Distinct ones of these.
  size_t runs = 0;                // That are used.
  size_t disturbed_runs = 0;      // Of these.
  bool quick = false;             // There are no sessions but quick ones.
  bool partial = false;
  // Median over cases of log(later half of the rounds / earlier half).
  double round_trend = 0;
  std::vector<SideCase> cases;
};

// Which runs count: of each session and round the last attempt. A run is
// repeated because it was disturbed, never because of its figures, so taking
// the last does not select by result. Runs of quick sessions are left out where
// there are others.
Side MakeSide(const Results& results, const std::string& label);

// The middle value, or the mean of the middle two; 0 of none.
double Median(std::vector<double> values);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_SIDE_H_
