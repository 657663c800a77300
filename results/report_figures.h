// The part of a report beyond time per event: rates, ratios, a case's own
// figures.
#ifndef EXITBENCH_RESULTS_REPORT_FIGURES_H_
#define EXITBENCH_RESULTS_REPORT_FIGURES_H_

#include <string>

#include "results/model.h"

namespace exitbench {

// A line for each OK case that has such metrics, each with its unit; empty if
// none has.
std::string RenderFigures(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_FIGURES_H_
