// Calibration files: a BootVariation as textproto, which people can read.
//
// Files are untrusted. The text is bounded to 4 MiB before it is parsed, which
// bounds names and entries too. Every number is checked.
#ifndef EXITBENCH_RESULTS_BOOTS_BOOT_VARIATION_IO_H_
#define EXITBENCH_RESULTS_BOOTS_BOOT_VARIATION_IO_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/boots/boot_variation.h"

namespace exitbench {

// Returns the content of a calibration file.
std::string BootVariationToText(const BootVariation& variation);

// Parses a calibration file. kInvalidArgument: it is not one.
absl::StatusOr<BootVariation> BootVariationFromText(absl::string_view text);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_BOOTS_BOOT_VARIATION_IO_H_
