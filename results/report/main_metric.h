// Which metric stands for a case, where there is room for one.
#ifndef EXITBENCH_RESULTS_REPORT_MAIN_METRIC_H_
#define EXITBENCH_RESULTS_REPORT_MAIN_METRIC_H_

#include <initializer_list>
#include <optional>

#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

// Returns the metric of that name, or null.
const Metric* FindMetric(const CaseResult& c, absl::string_view name);

// Returns the first of `names` that the case has, or null.
const Metric* FirstOf(const CaseResult& c,
                      std::initializer_list<absl::string_view> names);

// Returns the cost as the guest sees it, or null.
const Metric* SeenByGuest(const CaseResult& c);
// Returns the cost as the host sees it, or null.
const Metric* SeenByHost(const CaseResult& c);
// Returns the cost of the control as the guest sees it, or null.
const Metric* ControlOf(const CaseResult& c);

// Returns the metric that represents the case: the guest's, or else the host's.
// Null if it has neither.
const Metric* MainMetric(const CaseResult& c);

// Returns the standard deviation of the runs' IQMs as a part of their mean.
// Nothing if there is one run, or if the mean is 0.
std::optional<double> SpreadOfRuns(const Metric& metric);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_MAIN_METRIC_H_
