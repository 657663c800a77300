#include "results/sides/side_warnings.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "results/sides/compatibility.h"
#include "results/sides/uncounted_mitigations.h"

namespace exitbench {
namespace {

constexpr size_t kFewSessions = 3;
constexpr double kManyDisturbed = .2;
constexpr double kTrend = .01;

size_t MostRuns(const Side& side) {
  size_t most = 0;
  for (const SideCase& c : side.cases) {
    for (const Series& series : c.series) {
      most = std::max(most, series.values.size());
    }
  }
  return most;
}

bool CountsInstructions(const Side& side) {
  return side.host.tick == Tick::kInstruction;
}

// Returns the ends of sentences that begin with the side's name.
std::vector<std::string> OfOneSide(const Side& side) {
  std::vector<std::string> warnings;
  if (side.partial) warnings.push_back(" is of an interrupted measurement");
  // All other warnings are about noise, and instruction counts repeat.
  if (CountsInstructions(side)) {
    if (MostRuns(side) == 1) {
      warnings.push_back(
          " has one run of each case: whether its counts repeat is not known");
    }
    return warnings;
  }
  if (side.quick) {
    warnings.push_back(
        " has only --quick sessions, too short to show a change");
  } else if (side.used_sessions < kFewSessions) {
    warnings.push_back(absl::StrFormat(
        " has %d session%s: take %d or more", side.used_sessions,
        side.used_sessions == 1 ? "" : "s", kFewSessions));
  }
  const double disturbed = static_cast<double>(side.disturbed_runs);
  if (disturbed > kManyDisturbed * static_cast<double>(side.runs)) {
    warnings.push_back(absl::StrFormat(
        ": %d of %d runs were disturbed: measure on a quieter host",
        side.disturbed_runs, side.runs));
  }
  if (std::abs(side.round_trend) > kTrend) {
    warnings.push_back(
        absl::StrFormat(" drifts from its first to its last rounds by %+.1f%% "
                        "in the median case",
                        100 * std::expm1(side.round_trend)));
  }
  return warnings;
}

// Says what a side of one boot leaves open.
std::string BootDoubt(bool instructions) {
  return absl::StrCat(
      ": ",
      instructions ? "a few instructions may be the boot's, not the kernel's"
                   : "boot and kernel can't be told apart",
      "; measure 3 or more boots a side, or pass --calibration=FILE");
}

// Returns nothing for hosts that count instructions: all their boots with one
// seed have the same boot_id, whatever kernel they boot.
std::set<std::string> BootIds(const Side& side) {
  std::set<std::string> ids;
  if (CountsInstructions(side)) return ids;
  for (const Session& session : side.sessions) {
    if (!session.boot_id.empty()) ids.insert(session.boot_id);
  }
  return ids;
}

// Returns numbers such as "[1] to [3], [5]".
std::string Numbers(const std::vector<size_t>& sides) {
  std::string text;
  for (size_t i = 0; i < sides.size();) {
    size_t last = i;
    while (last + 1 < sides.size() && sides[last + 1] == sides[last] + 1) {
      ++last;
    }
    if (last == i + 1) last = i;  // "[1], [2]".
    absl::StrAppend(&text, text.empty() ? "[" : ", [", sides[i] + 1, "]");
    if (last > i) absl::StrAppend(&text, " to [", sides[last] + 1, "]");
    i = last + 1;
  }
  return text;
}

std::string Subject(const std::vector<size_t>& sides, size_t all) {
  if (sides.size() == all) return "each side";
  return absl::StrCat(sides.size() > 1 ? "each of " : "", Numbers(sides));
}

// Adds what a count of instructions does not show.
template <typename Names>
void AddUncounted(const std::vector<const Side*>& sides, Names names,
                  std::vector<std::string>& warnings) {
  for (const UncountedMitigation& m : UncountedMitigations(sides)) {
    warnings.push_back(Describe(m, names(m.sides)));
  }
}

}  // namespace

std::vector<std::string> SampleWarnings(const Side& baseline,
                                        const Side& candidate,
                                        bool boot_variance_known) {
  std::vector<std::string> warnings;
  for (const std::string& w : OfOneSide(baseline))
    warnings.push_back("OLD" + w);
  for (const std::string& w : OfOneSide(candidate))
    warnings.push_back("NEW" + w);
  const std::string old_compiler = KernelCompiler(baseline.host);
  const std::string new_compiler = KernelCompiler(candidate.host);
  if (!old_compiler.empty() && !new_compiler.empty() &&
      old_compiler != new_compiler) {
    warnings.push_back(absl::StrCat(
        "the kernels come from different compilers, which alone can move every "
        "path: ",
        old_compiler, " and ", new_compiler));
  }
  const std::set<std::string> old_boots = BootIds(baseline),
                              boots = BootIds(candidate);
  const bool shared = std::any_of(
      boots.begin(), boots.end(),
      [&](const std::string& boot) { return old_boots.count(boot) > 0; });
  if (shared) {
    warnings.push_back("both sides are of one boot, so of one kernel");
  } else if (!boot_variance_known &&
             (baseline.boots == 1 || candidate.boots == 1)) {
    const absl::string_view who = baseline.boots == candidate.boots
                                      ? "one boot against one boot"
                                  : baseline.boots == 1 ? "OLD is of one boot"
                                                        : "NEW is of one boot";
    warnings.push_back(
        absl::StrCat(who, BootDoubt(CountsInstructions(baseline))));
  }
  AddUncounted(
      {&baseline, &candidate},
      [](const std::vector<size_t>& sides) {
        return sides.size() == 2 ? "OLD and NEW"
               : sides[0] == 0   ? "OLD"
                                 : "NEW";
      },
      warnings);
  return warnings;
}

std::vector<std::string> SampleWarnings(const std::vector<Side>& sides,
                                        bool boot_variance_known) {
  // The sides of each warning, in the order of the warnings.
  std::vector<std::pair<std::string, std::vector<size_t>>> said;
  const auto say = [&said](const std::string& what, size_t side) {
    for (auto& [known, of] : said) {
      if (known != what) continue;
      of.push_back(side);
      return;
    }
    said.push_back({what, {side}});
  };
  std::map<std::string, std::vector<size_t>> by_boot;
  std::set<std::string> compilers;
  for (size_t i = 0; i < sides.size(); ++i) {
    for (const std::string& w : OfOneSide(sides[i])) say(w, i);
    for (const std::string& boot : BootIds(sides[i]))
      by_boot[boot].push_back(i);
    const std::string compiler = KernelCompiler(sides[i].host);
    if (!compiler.empty()) compilers.insert(compiler);
  }
  std::set<std::vector<size_t>> shared;
  for (const auto& [boot, of] : by_boot) {
    if (of.size() > 1) shared.insert(of);
  }
  const bool one_boot =
      !shared.empty() && shared.begin()->size() == sides.size();
  for (size_t i = 0; i < sides.size(); ++i) {
    if (boot_variance_known || one_boot || sides[i].boots != 1) continue;
    say(absl::StrCat(" is of one boot",
                     BootDoubt(CountsInstructions(sides[i]))),
        i);
  }
  std::vector<std::string> warnings;
  for (const auto& [what, of] : said) {
    warnings.push_back(Subject(of, sides.size()) + what);
  }
  for (const std::vector<size_t>& of : shared) {
    warnings.push_back(
        absl::StrCat(of.size() == sides.size() ? "all sides" : Numbers(of),
                     " share a boot, so a kernel"));
  }
  if (compilers.size() > 1) {
    warnings.push_back(
        "the kernels come from different compilers, which alone can move every "
        "path");
  }
  std::vector<const Side*> all;
  for (const Side& side : sides) all.push_back(&side);
  AddUncounted(all, Numbers, warnings);
  return warnings;
}

}  // namespace exitbench
