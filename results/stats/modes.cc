#include "results/stats/modes.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace exitbench {
namespace {

constexpr double kLeastGap = .05;
constexpr double kLeastGapInSpans = 5;
// From so many values on, one that lies apart is an outlier.
constexpr size_t kSeveral = 4;
// Quantiles that stand for the middle half of the samples.
constexpr int kQuantiles = 20;
constexpr uint64_t kLeastSamples = 100;
// Else a tenth or less of the middle half lies apart.
constexpr double kLeastShare = .3;
constexpr double kLeastGapInQuanta = 4;

Mode ModeOf(const std::vector<double>& sorted, size_t begin, size_t end) {
  const size_t runs = end - begin;
  return {(sorted[begin + (runs - 1) / 2] + sorted[begin + runs / 2]) / 2,
          runs};
}

}  // namespace

std::optional<TwoModes> FindTwoModes(std::vector<double> values) {
  if (values.size() < 2) return std::nullopt;
  std::sort(values.begin(), values.end());
  if (!(values.front() > 0)) return std::nullopt;
  size_t split = 1;
  double gap = 0;
  for (size_t i = 1; i < values.size(); ++i) {
    const double here = std::log(values[i] / values[i - 1]);
    if (here > gap) {
      gap = here;
      split = i;
    }
  }
  const size_t fewest = std::min(split, values.size() - split);
  if (values.size() >= kSeveral && fewest < 2) return std::nullopt;
  const double span = std::max(std::log(values[split - 1] / values.front()),
                               std::log(values.back() / values[split]));
  if (gap < std::log1p(kLeastGap) || gap < kLeastGapInSpans * span) {
    return std::nullopt;
  }
  return TwoModes{ModeOf(values, 0, split),
                  ModeOf(values, split, values.size())};
}

std::optional<SplitMiddle> FindSplitMiddle(const Histogram& samples,
                                           double quantum) {
  if (samples.total() < kLeastSamples) return std::nullopt;
  std::vector<double> middle;
  for (int i = 0; i <= kQuantiles; ++i) {
    middle.push_back(samples.Quantile(.25 + .5 * i / kQuantiles));
  }
  const std::optional<TwoModes> modes = FindTwoModes(std::move(middle));
  if (!modes.has_value() ||
      modes->high.value - modes->low.value <= kLeastGapInQuanta * quantum) {
    return std::nullopt;
  }
  const double border = std::sqrt(modes->low.value * modes->high.value);
  double below = 0;
  for (const auto& [bucket, count] : samples.counts()) {
    if (Histogram::Middle(bucket) < border) below += count;
  }
  const double share = below / static_cast<double>(samples.total());
  if (share < kLeastShare || share > 1 - kLeastShare) return std::nullopt;
  return SplitMiddle{samples.Quantile(share / 2),
                     samples.Quantile((1 + share) / 2), share};
}

}  // namespace exitbench
