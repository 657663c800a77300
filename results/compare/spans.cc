#include "results/compare/spans.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/check.h"
#include "results/model/summary.h"

namespace exitbench {

bool Span::RepeatsWithin(double part) const {
  return range() <= part * std::abs(median);
}

Span SpanOf(const std::vector<double>& values) {
  EB_CHECK(!values.empty());
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  return {.least = sorted.front(),
          .most = sorted.back(),
          .median = Quantile(sorted, .5),
          .runs = sorted.size()};
}

double LeastGap(size_t runs) {
  // By 4, 5, ... runs; fewer say nothing at all.
  constexpr double kGaps[] = {5, 2.5, 1.5, 1, .75};
  constexpr size_t kFirst = 4;
  if (runs < kFirst) return INFINITY;
  return runs - kFirst < std::size(kGaps) ? kGaps[runs - kFirst] : .5;
}

bool AreFarApart(const Span& a, const Span& b, double allowance) {
  const Span& low = a.least < b.least ? a : b;
  const Span& high = a.least < b.least ? b : a;
  if (high.least <= low.most) return false;
  if (std::min(a.runs, b.runs) < 2) return false;
  const double times = LeastGap(a.runs + b.runs);
  if (low.least <= 0) {
    return high.least - low.most > times * std::max(a.range(), b.range());
  }
  const double widest =
      std::max(std::log(a.most / a.least), std::log(b.most / b.least));
  const double gap = std::log(high.least / low.most);
  return gap > times * widest && gap > allowance;
}

}  // namespace exitbench
