#include "results/load.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "results/calibration_io.h"
#include "results/file.h"
#include "results/merge.h"

namespace exitbench {

absl::StatusOr<Side> LoadSide(const std::string& argument) {
  const std::vector<std::string> paths = absl::StrSplit(argument, ',');
  Results all;
  for (size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", argument, "\" names an empty file name"));
    }
    EB_ASSIGN_OR_RETURN(Results results, ReadResults(paths[i]));
    if (i == 0) {
      all = std::move(results);
      continue;
    }
    if (absl::Status merged = Merge(results, all); !merged.ok()) {
      return absl::Status(merged.code(),
                          absl::StrCat(paths[0], " and ", paths[i],
                                       " are no one side: ", merged.message()));
    }
  }
  return MakeSide(all, argument);
}

absl::StatusOr<BootVariation> LoadCalibration(const std::string& path) {
  EB_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  absl::StatusOr<BootVariation> variation = CalibrationFromText(text);
  if (!variation.ok()) {
    return absl::Status(variation.status().code(),
                        absl::StrCat(path, ": ", variation.status().message()));
  }
  return variation;
}

}  // namespace exitbench
