// exitbench calibrate: boots of results files to a calibration file, which diff
// then reads.
#include "base/check.h"
#include "results/boots/boot_variation.h"
#include "results/boots/boot_variation_io.h"
#include "results/compare/diff.h"
#include "results/report/diff_report.h"
#include "tests/fuzz/inputs.h"

namespace exitbench::fuzz {
namespace {

void Calibrate(absl::string_view input) {
  const std::vector<Side> sides = Sides(input);
  if (sides.empty()) return;
  const absl::StatusOr<BootVariation> variation = MeasureBootVariation(sides);
  if (!variation.ok()) return;
  const std::string text = BootVariationToText(*variation);
  CheckPrintable(text);
  const absl::StatusOr<BootVariation> again = BootVariationFromText(text);
  EB_CHECK(again.ok());
  (void)CheckBootVariation(*again, sides.back());
  DiffOptions options;
  options.force = true;
  options.boot_variation = &*again;
  const Diff diff = CompareSides(sides.front(), sides.back(), options);
  CheckPrintable(DiffToText(diff, ReportOptions()));
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::Calibrate({reinterpret_cast<const char*>(data), size});
  return 0;
}
