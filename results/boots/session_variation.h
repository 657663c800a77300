// Session variance: how much the figures of a case differ from session to
// session of one boot. Runs of one session are no independent sample where they
// do. It is estimated from the compared sides.
#ifndef EXITBENCH_RESULTS_BOOTS_SESSION_VARIATION_H_
#define EXITBENCH_RESULTS_BOOTS_SESSION_VARIATION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "results/boots/group_spread.h"
#include "results/sides/side.h"

namespace exitbench {

// Sessions of two sides that are interleaved in time. The first of one side is
// the neighbour of the first of the other, and so on.
struct SessionPairs {
  std::vector<uint32_t> pair[2];  // By side and session.
  // By side and pair: the session's place in the order of all, from 0.
  std::vector<double> place[2];
};

// Returns nothing unless the sides have equally many sessions of one boot, two
// or more, and no pair is as far apart as those of sides measured one after the
// other.
std::optional<SessionPairs> PairSessions(const Side& a, const Side& b);

// How much of the noise is the sessions'. Logarithms: .01 is 1%.
struct SessionNoise {
  bool paired = false;  // Sessions are compared with their neighbours.
  double sessions = 0;  // Deviation of a session's own effect, typically.
  double runs = 0;      // Deviation of runs within one, in the median case.
};

// What sessions do to the log ratio of two series.
struct SessionEffect {
  double variance = 0;
  // To be taken off the logarithm of each run. Empty: nothing is.
  std::vector<double> off_a, off_b;
};

// Sessions are compared with the middle of their boot and side. Where two sides
// are interleaved and neighbours are clearly more alike, as with drift, these
// are compared instead. Then what neighbours have in common is no noise, and is
// taken off their runs.
class SessionVariation {
 public:
  // The sides must outlive it. Only exactly two can be paired. Of very many
  // only a part is looked at.
  explicit SessionVariation(const std::vector<const Side*>& sides);

  // Compares two series of different sides, in the order of these. Nothing is
  // known with one session a side, or one run a session.
  SessionEffect On(absl::string_view case_name, const Series& a,
                   const Series& b) const;

  // Nullopt: nothing is known.
  const std::optional<SessionNoise>& noise() const { return noise_; }

 private:
  // What the pairs of a case have in common: a line through each, from middle
  // to middle.
  struct Drift {
    Drift() {}  // clang needs it: optional asks for one before the class ends.
    GroupSpread pairs;
    std::map<uint32_t, double> middles;  // By pair, less their mean.
    std::map<uint32_t, double> slopes;   // Per place.
    // The variance that the lines add to the difference of the sides, in that
    // of a session's centre.
    double cost = 0;
  };
  struct Spreads {
    double run_deviation = 0;
    GroupSpread sessions;
    // If the case has both sessions of each pair.
    GroupSpread neighbours;
    std::optional<Drift> drift;
  };
  using Key = std::pair<absl::string_view, absl::string_view>;
  struct OfSide {
    size_t side;
    std::vector<Groups> boots;  // The sessions of each.
  };

  // Returns false if the runs can't tell.
  bool Measure(const std::vector<OfSide>& of_sides, Spreads& spreads) const;
  void SetTypical();
  void Pair(const Groups& a, const Groups& b, Spreads& spreads) const;
  std::vector<double> Common(const Drift& drift, double part, int side,
                             const Series& series) const;

  std::optional<SessionPairs> pairs_;
  absl::flat_hash_map<Key, Spreads> spreads_;  // By case and metric.
  // Of what differences are judged by, and of the pairs.
  double typical_ = 0;
  double typical_pair_ = 0;
  std::optional<SessionNoise> noise_;
};

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_BOOTS_SESSION_VARIATION_H_
