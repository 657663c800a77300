// What one event of each case costs, out of a results file.
#ifndef EXITBENCH_MODEL_COSTS_H_
#define EXITBENCH_MODEL_COSTS_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

// Whether the cost of one event depends on how many there are. Counts times
// costs is right only if it does not.
enum class Linearity {
  kNotChecked,  // `run` had no --linearity.
  kLinear,
  kNotLinear,
};

struct CaseCost {
  std::string name;
  // The mean of all events that take at most ten times the median event: of
  // the call where it exits to userspace, else as the guest sees it, without
  // the control. Of slim files, which have no histograms, the median of the
  // runs' interquartile means.
  double ticks = 0;
  double deviation_ticks =
      0;  // Standard deviation of the runs' interquartile means.
  Linearity linearity = Linearity::kNotChecked;
  // The largest cost of an event over the smallest, less 1. Of --linearity.
  double linearity_range = 0;
  // Guest over native, of --native: HyperBench's GNR of the case. 0: unknown.
  double native_ratio = 0;
};

// At which range a cost is no longer called linear: this, or so many standard
// deviations of the runs if that is more.
inline constexpr double kLinearityLimit = 0.1;
inline constexpr double kLinearityDeviations = 3;

class Costs {
 public:
  explicit Costs(const Results& results);

  // Returns the cost of a case, by its plain name. Where the kernel of guests
  // runs in user mode (kvm_pvm) that of its variant for user mode comes first,
  // elsewhere last. Null: there is none above 0, or the file does not say how
  // fast its clock is.
  const CaseCost* Find(absl::string_view name) const;

  // Says why Find() has none: "pio/out is not in the file", "pio/out is
  // SKIPPED".
  std::string WhyNot(absl::string_view name) const;

  double ticks_per_second() const { return ticks_per_second_; }
  const Host& host() const { return host_; }

 private:
  const CaseCost* At(absl::string_view name) const;

  Host host_;
  double ticks_per_second_ = 0;
  std::map<std::string, CaseCost, std::less<>> costs_;
  std::map<std::string, Outcome, std::less<>> outcomes_;  // Without a cost.
};

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_COSTS_H_
