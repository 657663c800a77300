// Statistics of one run's samples.
#ifndef EXITBENCH_RESULTS_MODEL_SUMMARY_H_
#define EXITBENCH_RESULTS_MODEL_SUMMARY_H_

#include <cstdint>
#include <vector>

#include "results/model/model.h"

namespace exitbench {

// Interquartile mean of ascending `sorted`: the mean of the middle half, the
// samples at its edges weighted by the part of them that lies inside. The
// gating statistic: unlike the median it is not bound to the clock's quantum,
// unlike the mean it does not follow the tail. 0 if empty.
double InterquartileMean(const std::vector<double>& sorted);

// The value at rank q * (n - 1) of ascending `sorted`, linear between ranks.
// 0 if empty.
double Quantile(const std::vector<double>& sorted, double q);

// Sorts `samples` in place.
Summary Summarize(std::vector<double>& samples);

// All runs of a metric together: counts add, means and variances pool, the
// IQM is the median of the runs' (runs are the replicates, not samples), and
// quantiles come from the merged histogram where there is one.
Summary SummarizeAllRuns(const Metric& metric);

// The runs' gating statistics, in the order of the runs.
std::vector<double> RunIqms(const Metric& metric);

// Whether a counted metric repeats from run to run.
struct Repeats {
  uint32_t runs = 0;
  uint32_t differing = 0;  // Whose IQM is not the one that most runs have.
  double range = 0;        // Of the runs' IQMs: the largest less the smallest.
};
Repeats RepeatsOf(const Metric& metric);

// A case's cost less its control twin's, both as medians of the runs' IQMs;
// the variances of the two add.
struct NetCost {
  double ticks = 0;
  double standard_deviation = 0;
};
NetCost NetOf(const Metric& event, const Metric& control);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MODEL_SUMMARY_H_
