// Boot variance: how much the figures of a case differ from boot to boot of one
// kernel. `calibrate` measures it and diff allows for it.
#ifndef EXITBENCH_RESULTS_BOOTS_BOOT_VARIATION_H_
#define EXITBENCH_RESULTS_BOOTS_BOOT_VARIATION_H_

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
  // Standard deviation of a boot's own effect, in logarithms: .01 is 1%. The
  // variance of the runs within a boot is subtracted.
  double sigma = 0;
  // The largest boot median less the smallest, in the metric's unit.
  double range = 0;
};

struct BootVariation {
  Host host;  // Without its facts.
  uint32_t boots = 0;
  double typical_sigma = 0;  // The median over all cases and metrics.
  std::vector<CaseVariation> cases;

  // Returns the sigma to use for a case. It is at least the typical one, since
  // a few boots may agree by chance. Unknown cases get the typical one.
  double Sigma(absl::string_view case_name, absl::string_view metric) const;
  // Returns the range of a case; 0 if unknown.
  double Range(absl::string_view case_name, absl::string_view metric) const;
  // Returns the difference that an exact comparison of two boots allows for, if
  // the baseline has `value`: kRangesAllowed ranges, or kLeastAllowed of
  // `value` if that is more. The range of a few boots is smaller than that of
  // many.
  double Allowance(absl::string_view case_name, absl::string_view metric,
                   double value) const;
};

inline constexpr double kRangesAllowed = 3;
inline constexpr double kLeastAllowed = .002;

// Fewer boots than kLeastBoots are refused. Fewer than kGoodBoots are warned
// of.
inline constexpr uint32_t kLeastBoots = 3;
inline constexpr uint32_t kGoodBoots = 5;

// Measures the boot variance of sides of one host and kernel.
// kFailedPrecondition: hosts, kernels or payloads differ, or the sides have
// fewer than kLeastBoots boots in all.
absl::StatusOr<BootVariation> MeasureBootVariation(
    const std::vector<Side>& sides);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_BOOTS_BOOT_VARIATION_H_
