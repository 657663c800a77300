// Statistics of one run's samples.
#ifndef EXITBENCH_RESULTS_SUMMARY_H_
#define EXITBENCH_RESULTS_SUMMARY_H_

#include <vector>

#include "results/model.h"

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

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SUMMARY_H_
