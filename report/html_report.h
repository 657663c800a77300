// A report as one HTML file that needs nothing else.
#ifndef EXITBENCH_REPORT_HTML_REPORT_H_
#define EXITBENCH_REPORT_HTML_REPORT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "report/report_input.h"

namespace exitbench {

// Returns all that the page shows, as JSON that stands in a <script> element:
// no text of a file can end that element or begin another.
std::string ReportData(const ReportInput& input);

// Returns the page. The same input gives the same bytes.
std::string ReportToHtml(const ReportInput& input);

// Returns `json` with \u003c and so on for each '<', '>' and '&', which it has
// within strings only.
std::string ForScriptElement(absl::string_view json);

}  // namespace exitbench

#endif  // EXITBENCH_REPORT_HTML_REPORT_H_
