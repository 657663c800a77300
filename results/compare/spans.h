// Whether the runs of two series lie so far apart that their own spread can't
// have moved them: the rule for counts, which needs no distribution and works
// from two runs on.
#ifndef EXITBENCH_RESULTS_COMPARE_SPANS_H_
#define EXITBENCH_RESULTS_COMPARE_SPANS_H_

#include <cstddef>
#include <vector>

namespace exitbench {

// What the runs of a series cover.
struct Span {
  double least = 0;
  double most = 0;
  double median = 0;
  size_t runs = 0;

  double range() const { return most - least; }
  bool IsZero() const { return least == 0 && most == 0; }
  // Whether all runs lie within `part` of the median.
  bool RepeatsWithin(double part) const;
};

// Returns the span of `values`, of which there is one at least.
Span SpanOf(const std::vector<double>& values);

// Returns how many times the wider span the gap between two series must be,
// both as ratios, for so many runs of both together. Two runs that happen to
// agree say little of the spread, so few runs need more. Of series that differ
// by nothing but normal noise about one in 100 at most lies so far apart
// (spans_test).
double LeastGap(size_t runs);

// Returns whether the gap between `a` and `b` is more than LeastGap() times the
// wider of their spans, and more than `allowance`, which is of the logarithm of
// the ratio. Values of 0 and below are compared by their differences instead,
// without an allowance. False where either has one run only.
bool AreFarApart(const Span& a, const Span& b, double allowance);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_SPANS_H_
