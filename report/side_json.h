// The sides of a report as JSON: host, facts, sessions.
#ifndef EXITBENCH_REPORT_SIDE_JSON_H_
#define EXITBENCH_REPORT_SIDE_JSON_H_

#include "report/report_input.h"
#include "results/text/json_writer.h"

namespace exitbench {

// Writes an array of one object per side. Of several hosts they have the facts
// in which not all are alike.
void WriteSides(const ReportInput& input, JsonWriter& json);

}  // namespace exitbench

#endif  // EXITBENCH_REPORT_SIDE_JSON_H_
