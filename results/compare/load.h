// Loads sides and calibration files by the names that users give.
#ifndef EXITBENCH_RESULTS_COMPARE_LOAD_H_
#define EXITBENCH_RESULTS_COMPARE_LOAD_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "results/boots/boot_variation.h"
#include "results/model/detail.h"
#include "results/model/model.h"
#include "results/sides/side.h"

namespace exitbench {

// Loads the results of a side. `argument` is one results file, or several of
// one host and kernel joined by commas. Errors are those of ReadResults() and
// Merge(), and name the file.
absl::StatusOr<Results> LoadResults(const std::string& argument,
                                    Detail detail = Detail::kAll);

// Loads a side. Errors are those of LoadResults().
absl::StatusOr<Side> LoadSide(const std::string& argument);

// Loads all sides, in this order. Uses a thread per CPU, at most four. The
// error is that of the first side that can't be loaded.
absl::StatusOr<std::vector<Side>> LoadSides(
    const std::vector<std::string>& arguments);

// Loads a calibration file. Errors name it.
absl::StatusOr<BootVariation> LoadBootVariation(const std::string& path);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_LOAD_H_
