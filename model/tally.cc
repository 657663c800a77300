#include "model/tally.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace exitbench {

Estimate operator+(const Estimate& a, const Estimate& b) {
  return {a.count + b.count, a.variance + b.variance};
}

Estimate operator-(const Estimate& a, const Estimate& b) {
  return {std::max(0.0, a.count - b.count), a.variance + b.variance};
}

std::optional<Estimate> Tally::Statistic(absl::string_view name) const {
  for (const StatisticCount& one : counts_.statistics) {
    if (one.name == name) return Estimate{one.count, 0};
  }
  return std::nullopt;
}

std::optional<Estimate> Tally::Reasons(
    const std::vector<absl::string_view>& reasons) const {
  const ExitWindows& windows = counts_.windows;
  if (windows.open_ns <= 0 || windows.reasons.empty()) return std::nullopt;
  Estimate in_windows;
  for (const ReasonCount& one : windows.reasons) {
    if (std::find(reasons.begin(), reasons.end(), one.reason) !=
        reasons.end()) {
      in_windows = in_windows + Estimate{one.count, one.variance};
    }
  }
  const std::optional<Estimate> exits = Statistic("exits");
  // Without the statistic the windows stand for the time.
  const double scale = exits.has_value() && windows.exits > 0
                           ? exits->count / windows.exits
                           : counts_.watched_ns / windows.open_ns;
  return Estimate{in_windows.count * scale,
                  in_windows.variance * scale * scale};
}

Estimate Tally::UserspaceReasonsBut(
    const std::vector<absl::string_view>& reasons) const {
  double all = 0;
  Estimate others;
  for (const ReasonCount& one : counts_.windows.userspace_reasons) {
    all += one.count;
    if (std::find(reasons.begin(), reasons.end(), one.reason) !=
        reasons.end()) {
      continue;
    }
    others = others + Estimate{one.count, one.variance};
  }
  const std::optional<Estimate> returns = UserspaceReturns();
  if (all <= 0 || !returns.has_value()) return Estimate();
  const double scale = returns->count / all;
  return Estimate{others.count * scale, others.variance * scale * scale};
}

std::optional<Estimate> Tally::UserspaceReturns() const {
  return Statistic("fpu_reload");
}

bool Tally::emulates_to_skip() const {
  if (!is_svm()) return false;
  for (const Fact& fact : host_.facts) {
    if (fact.key != "cpu.flags") continue;
    const std::vector<absl::string_view> flags =
        absl::StrSplit(fact.value, ' ');
    return std::find(flags.begin(), flags.end(), "nrip_save") == flags.end();
  }
  return false;
}

}  // namespace exitbench
