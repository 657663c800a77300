// The sides of a comparison, and calibrations, by the names that users give.
#ifndef EXITBENCH_RESULTS_COMPARE_LOAD_H_
#define EXITBENCH_RESULTS_COMPARE_LOAD_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "results/compare/boot_variation.h"
#include "results/sides/side.h"

namespace exitbench {

// `argument`: one results file, or several of one host and kernel joined by
// commas. Errors name the file: as ReadResults, and as Merge where the files
// can't be joined.
absl::StatusOr<Side> LoadSide(const std::string& argument);

// All of them, in this order, by as many threads as there are CPUs (at most
// four). The error is of the first one that can't be loaded.
absl::StatusOr<std::vector<Side>> LoadSides(
    const std::vector<std::string>& arguments);

absl::StatusOr<BootVariation> LoadCalibration(const std::string& path);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_LOAD_H_
