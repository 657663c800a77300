// Calibration files: a BootVariation as textproto, which people can read too.
// Files are untrusted: the whole text is bounded before it is parsed (4 MiB, so
// that bounds names and entries too), and every number is checked.
#ifndef EXITBENCH_RESULTS_COMPARE_CALIBRATION_IO_H_
#define EXITBENCH_RESULTS_COMPARE_CALIBRATION_IO_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/compare/boot_variation.h"

namespace exitbench {

std::string CalibrationToText(const BootVariation& variation);

// kInvalidArgument where `text` is no calibration file.
absl::StatusOr<BootVariation> CalibrationFromText(absl::string_view text);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_CALIBRATION_IO_H_
