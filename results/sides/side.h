// A side: one operand of a comparison, which is one results file or several of
// one host and kernel. Of exactly two sides the first is the baseline (OLD on
// the command line), the second the candidate (NEW).
//
// A side holds what diff needs of results. It has no histograms and no
// counters, so a thousand sides fit in memory.
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
  std::vector<uint32_t> boots;  // The boot of each value, below Side::boots.
  // The session of each value, an index into Side::sessions.
  std::vector<uint32_t> sessions;
};

// Returns whether diff judges the metric: better, worse, same or unsure.
inline bool IsJudged(const Series& series) {
  return series.gating || series.direction == Direction::kExact;
}

struct SideCase {
  // By which sides are compared: see NameAcrossConfigurations().
  std::string name;
  std::string own_name;    // The name in the results file.
  std::string plain_name;  // As in CaseResult.
  std::string code_hash;
  Outcome outcome = Outcome::kUnspecified;
  std::string reason;
  std::vector<Series> series;
};

struct Side {
  std::string label;  // The user's name of it: a file, or several.
  std::string tool_version;
  Host host;
  std::vector<Session> sessions;
  size_t used_sessions = 0;   // Sessions whose runs are used.
  uint32_t boots = 0;         // Distinct boots of the used sessions.
  size_t runs = 0;            // Runs that are used, of all cases.
  size_t disturbed_runs = 0;  // Disturbed ones of these.
  bool quick = false;         // All sessions are --quick.
  bool partial = false;       // Some session was interrupted.
  // Median over cases of log(cost in the later rounds / in the earlier rounds).
  double round_trend = 0;
  std::vector<SideCase> cases;
};

// Returns the side that `results` make. Of each session and round the last
// attempt is used. A run is repeated because it was disturbed, never because of
// its figures, so this does not select by result. Runs of quick sessions are
// used only if all sessions are quick.
Side MakeSide(const Results& results, const std::string& label);

// Returns the middle value, or the mean of the middle two. 0 if empty.
double Median(std::vector<double> values);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_SIDE_H_
