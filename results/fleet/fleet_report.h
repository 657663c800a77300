// Prints what a fleet is like.
#ifndef EXITBENCH_RESULTS_FLEET_FLEET_REPORT_H_
#define EXITBENCH_RESULTS_FLEET_FLEET_REPORT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "results/fleet/fleet.h"
#include "results/text/column_table.h"

namespace exitbench {

struct FleetText {
  size_t top = 5;  // Figures of each host that are printed.
  bool colour = false;
  size_t columns = kTextColumns;
};

// Returns tables for people: hosts that stand out, kernels compared, then how
// figures are spread in each group.
std::string FleetToText(const FleetReport& report, const FleetText& how);

// A file that could not be used, and why.
struct LeftOut {
  std::string file;
  std::string why;
};

// Returns all of the report as JSON (docs/fleet.schema.json).
std::string FleetToJson(const FleetReport& report,
                        const std::vector<LeftOut>& left_out);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FLEET_FLEET_REPORT_H_
