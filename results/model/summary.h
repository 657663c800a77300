// Statistics of one run's samples.
#ifndef EXITBENCH_RESULTS_MODEL_SUMMARY_H_
#define EXITBENCH_RESULTS_MODEL_SUMMARY_H_

#include <cstdint>
#include <vector>

#include "results/model/model.h"

namespace exitbench {

// Returns the interquartile mean of ascending `sorted`: the mean of its middle
// half. Samples at the edges count by the part that lies inside. 0 if empty.
//
// This is the gating statistic. Unlike the median it is not a multiple of the
// clock's quantum. Unlike the mean it does not follow the tail.
double InterquartileMean(const std::vector<double>& sorted);

// Returns the value at rank q * (n - 1) of ascending `sorted`, interpolated
// linearly between ranks. 0 if empty.
double Quantile(const std::vector<double>& sorted, double q);

// Returns the statistics of `samples`, which it sorts.
Summary Summarize(std::vector<double>& samples);

// Returns the statistics of all runs of a metric. Counts add up; means and
// variances are pooled. The IQM is the median of the runs' IQMs, since runs are
// the replicates, not samples. Quantiles come from the merged histogram, or are
// medians of the runs' quantiles if there is none.
Summary SummarizeAllRuns(const Metric& metric);

// Returns the runs' IQMs, in the order of the runs.
std::vector<double> RunIqms(const Metric& metric);

// How far the runs of a metric repeat.
struct Repeats {
  uint32_t runs = 0;
  uint32_t differing = 0;  // Runs whose IQM is not the most frequent one.
  double range = 0;        // The largest of the runs' IQMs less the smallest.
};
Repeats RepeatsOf(const Metric& metric);

// The cost of a case less that of its control. Both are medians of the runs'
// IQMs. Their variances add.
struct NetCost {
  double ticks = 0;
  double standard_deviation = 0;
};
NetCost NetOf(const Metric& event, const Metric& control);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MODEL_SUMMARY_H_
