// The page of a report: page/*, and uPlot, made one text by the build.
#ifndef EXITBENCH_REPORT_PAGE_H_
#define EXITBENCH_REPORT_PAGE_H_

#include "absl/strings/string_view.h"

namespace exitbench {

// Has "@DATA@" where the data belong.
extern const absl::string_view kReportPage;

}  // namespace exitbench

#endif  // EXITBENCH_REPORT_PAGE_H_
