// Numbers of plots.
#ifndef EXITBENCH_REPORT_PLOT_NUMBER_H_
#define EXITBENCH_REPORT_PLOT_NUMBER_H_

#include "results/text/json_writer.h"

namespace exitbench {

// Writes `value` with six significant digits, more than a plot can show. Null
// if it is not finite.
void WritePlotNumber(double value, JsonWriter& json);

}  // namespace exitbench

#endif  // EXITBENCH_REPORT_PLOT_NUMBER_H_
