#include "cli/files/calibrate.h"

#include <cstdio>
#include <map>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/comparison.h"
#include "results/boots/boot_variation.h"
#include "results/boots/boot_variation_io.h"
#include "results/compare/load.h"
#include "results/file/file.h"
#include "results/sides/merge.h"
#include "results/text/column_table.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

std::string Percent(double part) {
  return absl::StrFormat("%.2f%%", 100 * part);
}

std::string ToText(const BootVariation& variation) {
  ColumnTable table({{"case", Align::kLeft, 0},
                     {"metric", Align::kLeft, 2},
                     {"boots", Align::kRight, 2},
                     {"boot-to-boot", Align::kPoint, 2}});
  for (const CaseVariation& c : variation.cases) {
    table.AddRow({{Shortened(c.case_name, 50)},
                  {Shortened(c.metric, 16)},
                  {absl::StrCat(c.boots)},
                  {Percent(c.sigma)}});
  }
  return absl::StrCat(table.Render(false), "\n", variation.boots, " boots of ",
                      Shortened(variation.host.kernel_release, 60),
                      "; standard deviation of a boot's own effect, typically ",
                      Percent(variation.typical_sigma), "\n");
}

// A session in two files would be used twice.
absl::Status CheckNoSessionTwice(const std::vector<Side>& sides) {
  std::map<std::string, const Side*> known;
  for (const Side& side : sides) {
    for (const Session& session : side.sessions) {
      const Side* other =
          known.emplace(SessionId(session), &side).first->second;
      if (other == &side) continue;
      return absl::FailedPreconditionError(absl::StrCat(
          side.label, ": its session of ", session.started_utc, " is in ",
          other->label, " too: leave one of the files out"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

int CalibrateCommand(const std::vector<std::string>& args) {
  if (args.empty()) {
    return Fail(absl::InvalidArgumentError(
                    "calibrate wants results files of several boots of one "
                    "kernel: exitbench calibrate FILE..."),
                kExitUsage);
  }
  const std::string out = absl::GetFlag(FLAGS_out);
  if (absl::Status s = CheckIsNotRead(out, args); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  absl::StatusOr<std::vector<Side>> sides = LoadSides(args);
  if (!sides.ok()) return Fail(sides.status(), kExitUsage);
  if (absl::Status s = CheckNoSessionTwice(*sides); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  absl::StatusOr<BootVariation> variation = MeasureBootVariation(*sides);
  if (!variation.ok()) return Fail(variation.status(), kExitUsage);
  if (variation->boots < kGoodBoots) {
    PrintError(absl::UnknownError(
        absl::StrCat("warning: ", variation->boots, " boots; take ", kGoodBoots,
                     " or more, so few agree by luck")));
  }
  if (!out.empty()) {
    if (absl::Status s = WriteFile(out, BootVariationToText(*variation));
        !s.ok()) {
      return Fail(s, kExitUsage);
    }
    if (out == "-") return kExitOk;
    std::fprintf(stderr, "calibration: %s\n", Printable(out).c_str());
  }
  return PrintResult(ToText(*variation), kExitOk);
}

}  // namespace exitbench
