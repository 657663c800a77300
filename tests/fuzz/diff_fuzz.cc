// exitbench diff: two sides, and several.
#include "results/compare/diff.h"
#include "results/compare/steps.h"
#include "results/report/diff_report.h"
#include "results/report/steps_report.h"
#include "tests/fuzz/inputs.h"

namespace exitbench::fuzz {
namespace {

void Compare(absl::string_view input) {
  const std::vector<Side> sides = Sides(input);
  if (sides.size() < 2) return;
  DiffOptions options;
  options.force = true;
  const Diff diff = CompareSides(sides[0], sides[1], options);
  ReportOptions report;
  CheckPrintable(DiffToText(diff, report));
  CheckPrintable(DiffToJson(diff));
  for (const Difference& d : diff.differences) {
    CheckPrintable(FormatDifference(d, 160));
  }
  if (sides.size() < 3) return;
  const Steps steps = FindSteps(sides, options);
  report.changed_only = true;
  CheckPrintable(StepsToText(steps, report));
  CheckPrintable(StepsToJson(steps));
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::Compare({reinterpret_cast<const char*>(data), size});
  return 0;
}
