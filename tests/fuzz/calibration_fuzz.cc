// exitbench diff --calibration=FILE: reading the calibration file. The input is
// that file.
#include "base/check.h"
#include "results/boots/boot_variation_io.h"
#include "results/compare/diff.h"
#include "results/model/testing.h"
#include "results/report/diff_report.h"
#include "tests/fuzz/inputs.h"

namespace exitbench::fuzz {
namespace {

Side MadeSide(double value) {
  Results results = MakeResults("6.1.0-test", "boot");
  AddCase("pio/out", std::vector<double>(15, value), results);
  return MakeSide(results, "made");
}

void ReadCalibration(absl::string_view input) {
  static const Side& from = *new Side(MadeSide(3000));
  static const Side& to = *new Side(MadeSide(3300));
  const absl::StatusOr<BootVariation> variation = BootVariationFromText(input);
  if (!variation.ok()) return;
  EB_CHECK(BootVariationFromText(BootVariationToText(*variation)).ok());
  (void)CheckBootVariation(*variation, from);
  DiffOptions options;
  options.boot_variation = &*variation;
  const Diff diff = CompareSides(from, to, options);
  CheckPrintable(DiffToText(diff, ReportOptions()));
  CheckPrintable(DiffToJson(diff));
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::ReadCalibration({reinterpret_cast<const char*>(data), size});
  return 0;
}
