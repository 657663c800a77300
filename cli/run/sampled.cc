#include "cli/run/sampled.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace exitbench {

std::string DescribeSampled(const Profile& profile, absl::string_view path,
                            bool counted, absl::string_view cut) {
  double samples = 0, attributed = 0, lost = 0;
  size_t cases = 0, without = 0;
  std::string clock;
  for (const CaseProfile& one : profile.cases) {
    ++(one.refused.empty() ? cases : without);
    samples += one.sampled.samples;
    attributed += one.sampled.attributed;
    lost += one.sampled.lost;
    clock = one.sampled.clock;
  }
  std::string line = "profile: ";
  if (profile.cases.empty()) {
    line += "none";
  } else {
    absl::StrAppendFormat(&line, "%s: %.0f samples of %d %s", path, samples,
                          cases, cases == 1 ? "case" : "cases");
    if (samples + lost > 0) {
      absl::StrAppendFormat(&line, ", %.1f%% attributed",
                            100 * attributed / (samples + lost));
    }
    if (lost > 0) absl::StrAppendFormat(&line, " (%.0f lost)", lost);
    absl::StrAppend(&line, ", ", clock,
                    profile.host.source == ProfileSource::kClock
                        ? ": with interrupts on only"
                        : " by NMI");
    if (!counted) line += "; hardware events: not measured, no PMU";
    if (without > 0) absl::StrAppend(&line, "; ", without, " without samples");
  }
  if (!cut.empty()) absl::StrAppend(&line, "; cut short: ", cut);
  return line;
}

}  // namespace exitbench
