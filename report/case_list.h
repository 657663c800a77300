// The cases of several sides, matched by name.
#ifndef EXITBENCH_REPORT_CASE_LIST_H_
#define EXITBENCH_REPORT_CASE_LIST_H_

#include <string>
#include <vector>

#include "results/model/model.h"

namespace exitbench {

struct ReportCase {
  const CaseResult* any = nullptr;       // Of the first side that has it.
  std::vector<const CaseResult*> sides;  // One per side; null: it has not.
};

// Returns the cases of all `results`, in the order in which they first appear.
// They point into `results`.
std::vector<ReportCase> CasesOf(const std::vector<Results>& results);

// Returns the name of the metric that stands for the case: that of the first
// side that has one. Empty if none has.
std::string MainMetricOf(const ReportCase& c);

}  // namespace exitbench

#endif  // EXITBENCH_REPORT_CASE_LIST_H_
