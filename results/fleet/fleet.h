// What a digest says of a fleet: how each figure is spread over the hosts of a
// group, which hosts stand out, and what another kernel changed on the same
// hosts. docs/fleet.md has the rules and why they are so.
#ifndef EXITBENCH_RESULTS_FLEET_FLEET_H_
#define EXITBENCH_RESULTS_FLEET_FLEET_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/fleet/digest.h"

namespace exitbench {

struct FleetOptions {
  // The chance that any host is said to stand out though all are alike, over
  // all figures, hosts and groups.
  double alpha = .05;
  // Hosts and kernels that differ by less are not said to.
  double threshold = .02;
};

// How one figure is spread over the hosts of a group.
struct Spread {
  FleetSeries series;
  uint32_t hosts = 0;
  double median = 0;
  double deviation = 0;  // RobustDeviation() of logarithms: 0.01 is 1%.
  double p5 = 0;
  double p95 = 0;
  double min = 0;
  double max = 0;
};

// A figure by which a host stands out.
struct OddFigure {
  FleetSeries series;
  double value = 0;
  double usual = 0;  // The median of the group; of counts what most hosts have.
  // Times the number of tests. Of counts, which need no test, 0.
  double p_adjusted = 0;
};

// A fact in which a host differs from most hosts of its group.
struct OddFact {
  std::string key;
  std::string value;
  std::string usual;
};

struct OddHost {
  std::string host;
  std::vector<OddFigure> figures;  // The furthest out first.
  double shift = 1;      // The median over all figures of value / usual.
  bool shifted = false;  // The host stands out by that as a whole.
  double shift_p_adjusted = 1;
  std::vector<OddFact> facts;
};

// A case that is FAILED or TIMEOUT on some hosts.
struct FailedCase {
  std::string case_name;
  std::vector<std::string> hosts;
};

struct FleetGroupReport {
  FleetKey key;
  std::string label;  // Tells it from all other groups.
  uint32_t hosts = 0;
  uint32_t files = 0;
  std::vector<Spread> spreads;
  bool tested = false;       // There are enough hosts for one to stand out.
  std::vector<OddHost> odd;  // The most figures first.
  std::vector<FailedCase> failed;
  std::vector<std::string> warnings;
};

enum class PairChange { kSame, kBetter, kWorse, kChanged, kUnsure };

// A figure under two kernels on the same hosts.
struct PairedFigure {
  FleetSeries series;
  uint32_t hosts = 0;
  // The median of new / old over hosts where both are above 0. NaN: there are
  // none, and nothing says how much it changed.
  double ratio = 1;
  double low = 0;  // 95% interval of that; 0 and 0: too few hosts.
  double high = 0;
  uint32_t differing = 0;  // Of counts: hosts that have another one.
  double old_median = 0;
  double new_median = 0;
  double p_adjusted = 1;  // Sign test, by Holm over the figures of the pair.
  PairChange change = PairChange::kUnsure;
};

struct KernelPair {
  Tick tick = Tick::kUnspecified;
  std::string old_label;  // Of the groups.
  std::string new_label;
  uint32_t hosts = 0;       // In both.
  size_t needed_hosts = 0;  // So many could show a change at all.
  std::vector<PairedFigure> figures;
  uint32_t worse = 0;
  uint32_t better = 0;
};

struct FleetReport {
  FleetOptions options;
  uint32_t hosts = 0;
  uint32_t files = 0;
  uint64_t tests = 0;
  std::vector<FleetGroupReport> groups;  // By label.
  std::vector<KernelPair> pairs;
  bool any_odd = false;
  bool any_worse = false;
};

// Looks at the cases in `wanted`, at all cases if it is empty. The answer does
// not depend on the order in which files were added to `digest`.
FleetReport AnalyzeFleet(const FleetDigest& digest,
                         const FleetOptions& options = {},
                         const std::set<std::string>& wanted = {});

absl::string_view Name(PairChange change);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FLEET_FLEET_H_
