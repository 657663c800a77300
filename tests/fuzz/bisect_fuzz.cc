// exitbench bisect: the stored sides, and a third one in place of what would be
// measured.
#include "base/check.h"
#include "results/compare/bisect.h"
#include "results/report/diff_report.h"
#include "results/sides/compatibility.h"
#include "tests/fuzz/inputs.h"

namespace exitbench::fuzz {
namespace {

void Bisect(absl::string_view input) {
  const std::vector<Side> sides = Sides(input);
  if (sides.size() < 2 || sides[0].cases.empty()) return;
  for (const Difference& d : CompareHosts(sides[0], sides[1])) {
    CheckPrintable(FormatDifference(d, 160));
  }
  constexpr double kDeadZone = .005;
  DiffOptions options;
  options.threshold = 2 * kDeadZone;
  const absl::StatusOr<BisectBorder> border =
      FindBorder(sides[0], sides[1], sides[0].cases[0].name, "", options);
  if (!border.ok()) return;
  const BisectDecision decision = Decide(*border, sides.back(), kDeadZone);
  CheckPrintable(decision.why);
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  exitbench::fuzz::Bisect({reinterpret_cast<const char*>(data), size});
  return 0;
}
