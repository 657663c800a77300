// How much a case moves from boot to boot of one and the same kernel: what
// `calibrate` finds and diff allows for.
#ifndef EXITBENCH_RESULTS_COMPARE_BOOT_VARIATION_H_
#define EXITBENCH_RESULTS_COMPARE_BOOT_VARIATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/sides/side.h"

namespace exitbench {

struct CaseVariation {
  std::string case_name;
  std::string metric;
  uint32_t boots = 0;
  // Standard deviation of the boot's own effect, of logs: .01 is 1%. What runs
  // within a boot differ by is already taken off.
  double sigma = 0;
  // Largest less smallest boot median, in the metric's unit.
  double range = 0;
};

struct BootVariation {
  Host host;  // Of the boots; its facts are left out.
  uint32_t boots = 0;
  double typical_sigma = 0;  // The median of all cases and metrics.
  std::vector<CaseVariation> cases;

  // sigma for a case: never below the typical one, since a few boots may agree
  // by luck; the typical one for a case that was not calibrated.
  double Sigma(absl::string_view case_name, absl::string_view metric) const;
  // range; 0 for a case that was not calibrated.
  double Range(absl::string_view case_name, absl::string_view metric) const;
  // What an exact comparison of two boots allows for, where OLD is at `value`:
  // kRangesAllowed ranges, or kLeastAllowed of `value` if that is more. A few
  // boots do not show all that boots do.
  double Allowance(absl::string_view case_name, absl::string_view metric,
                   double value) const;
};

inline constexpr double kRangesAllowed = 3;
inline constexpr double kLeastAllowed = .002;

// Fewer boots than this are refused; fewer than kGoodBoots are worth a warning.
inline constexpr uint32_t kLeastBoots = 3;
inline constexpr uint32_t kGoodBoots = 5;

// Of sides of one host and kernel, together of kLeastBoots boots or more.
// kFailedPrecondition where they are not.
absl::StatusOr<BootVariation> MeasureBootVariation(
    const std::vector<Side>& sides);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_BOOT_VARIATION_H_
