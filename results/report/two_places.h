// What the table of results says where a figure is no centre.
#ifndef EXITBENCH_RESULTS_REPORT_TWO_PLACES_H_
#define EXITBENCH_RESULTS_REPORT_TWO_PLACES_H_

#include <string>

#include "results/model/model.h"

namespace exitbench {

// Returns a line for each case of which a time that diff compares lies in two
// places, with both: of its runs, or of their samples. The figure in the table
// is then in one of them, or between. Many cases are cut short. Empty if there
// are none.
std::string TwoPlacesText(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_TWO_PLACES_H_
