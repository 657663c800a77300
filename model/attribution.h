// Where a live VM's time goes: counts times costs, after HyperBench's model.
//
//   T_guest = T_direct + T_virt
//   T_virt = T_cpu + T_memory + T_io + eta
//
// Each part is a sum of counts times the cost of one. eta is what happened but
// has no cost here.
#ifndef EXITBENCH_MODEL_ATTRIBUTION_H_
#define EXITBENCH_MODEL_ATTRIBUTION_H_

#include <optional>
#include <string>
#include <vector>

#include "model/costs.h"
#include "model/counts.h"
#include "model/kinds.h"

namespace exitbench {

// A part of one CPU's time: 0.02 is 2%. The true one is within the range if the
// cases stand for the events. Of several vCPUs it may be above 1.
struct Share {
  double value = 0;
  double low = 0;
  double high = 0;
};
Share& operator+=(Share& sum, const Share& more);

// The cost of one event, in ticks of the results file.
struct UnitCost {
  double ticks = 0;
  double low = 0;
  double high = 0;
  std::vector<std::string> cases;  // It is the mean of these.
  std::string at_most;  // The case that `high` is of; empty: of the others.
  // Not linear: how far the cost depends on the number of events. See
  // CaseCost::linearity_range.
  Linearity linearity = Linearity::kNotChecked;
  double linearity_range = 0;
  double native_ratio = 0;  // The GNR of the first case; 0: unknown.
};

struct AttributedKind {
  std::string kind;
  Part part = Part::kCpu;
  Likeness likeness = Likeness::kSame;
  double per_second = 0;
  double deviation_per_second = 0;  // Of a count by windows; else 0.
  bool is_exit = true;
  std::optional<UnitCost> cost;
  // Of the product. Nothing without a cost, or where the cost is not linear.
  std::optional<Share> share;
  std::string why_no_share;
};

// What happened without a cost.
struct Eta {
  // Exits that are of no kind. Nothing: exits are not counted as a whole.
  std::optional<double> exits_per_second;
  // With all events whose kinds have no share, if each cost as little as the
  // shortest exit that has a figure. Nothing: there is no such figure.
  std::optional<double> share_at_least;
  std::string shortest;  // The case that says so.
};

// Measured, not modelled: where the time of threads went, as parts of one CPU.
struct TimeOfThreads {
  double vcpus = 0;  // vCPU threads on a CPU: guest, KVM and VMM.
  double guest = 0;  // Of that, by the kernel's own account.
  double vmm = 0;    // Of that, in the VMM's code.
  // Runnable without a CPU: steal, as guests see it.
  std::optional<double> wait;
  double other_threads = 0;
  // These two are KVM's statistics, which it may lack.
  std::optional<double> polling;  // In halt polling. It is in `vcpus` too.
  std::optional<double> halted;   // Halted, without a CPU.
};

struct Attribution {
  std::vector<AttributedKind> kinds;  // Those that happened, largest first.
  Share parts[3];                     // By Part.
  Share virt;                         // T_virt without eta.
  // Kinds that happened and have no share: `virt` is without them.
  std::vector<std::string> without_share;
  Eta eta;
  TimeOfThreads time;
  // T_guest / T_direct, where T_guest is the time of vCPU threads without
  // polling and without the VMM's code. Nothing: it or the polling is not
  // known, it is less than 1% of a CPU, or smaller than T_virt.
  std::optional<double> gnr;
  std::vector<std::string> notes;  // Sentences.
};

// Lets other cases say what events of a kind cost.
struct Replacement {
  std::string kind;
  std::vector<absl::string_view> cases;
};

// Multiplies. `host` is where the VM runs, and says what its counts mean.
// `costs` is of the same host, see same_host.h, or of another to ask what if.
Attribution Attribute(const LiveCounts& counts, const Host& host,
                      const Costs& costs,
                      const std::vector<Replacement>& replacements = {});

// Returns the cost of one event of `kind`. Nothing: `costs` has none of its
// cases; `why` then says which.
std::optional<UnitCost> CostOf(const Kind& kind, const Costs& costs,
                               std::string& why);

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_ATTRIBUTION_H_
