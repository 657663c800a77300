#include "tests/model/mix_flags.h"

#include <cstdint>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

absl::Status Bad(absl::string_view word) {
  return absl::InvalidArgumentError(absl::StrCat("bad argument: ", word));
}

// Returns where the number that the flag names is.
uint64_t* NumberOf(absl::string_view name, Mix& mix) {
  if (name == "compute") return &mix.compute;
  if (name == "rounds") return &mix.rounds;
  if (name == "walk_kib") return &mix.walk_kib;
  for (int i = 0; i < kMixKinds; ++i) {
    if (name == kMixKindSpecs[i].name) return &mix.events[i];
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParseFlags(
    const Words& words) {
  std::vector<std::pair<std::string, std::string>> flags;
  for (absl::string_view word : words) {
    if (!absl::ConsumePrefix(&word, "--")) return Bad(word);
    flags.push_back(absl::StrSplit(word, absl::MaxSplits('=', 1)));
  }
  return flags;
}

absl::StatusOr<MixTask> ParseMix(const Words& words) {
  MixTask task;
  EB_ASSIGN_OR_RETURN(const auto flags, ParseFlags(words));
  for (const auto& [name, value] : flags) {
    uint64_t* const number = NumberOf(name, task.mix);
    const bool good =
        name == "for"   ? absl::ParseDuration(value, &task.mix.time)
        : name == "cpu" ? absl::SimpleAtoi(value, &task.cpu)
                        : number != nullptr && absl::SimpleAtoi(value, number);
    if (!good) return Bad(absl::StrCat("--", name, "=", value));
  }
  for (int i = 0; i < kMixKinds; ++i) {
    if (task.mix.events[i] > std::numeric_limits<uint32_t>::max()) {
      return Bad(
          absl::StrCat("--", kMixKindSpecs[i].name, "=", task.mix.events[i]));
    }
  }
  if (task.mix.compute == 0) return Bad("--compute=0");
  if (task.mix.walk_kib > kMostWalkKib) {
    return Bad(absl::StrCat("--walk_kib=", task.mix.walk_kib));
  }
  return task;
}

std::vector<std::string> DefaultMixes(const Kvm& kvm, bool by_reason) {
  std::vector<std::string> mixes;
  for (const MixKindSpec& kind : kMixKindSpecs) {
    if (kind.uncounted_by & kvm.backend().backend) continue;
    if (kind.statistic == nullptr && !by_reason) continue;
    mixes.push_back(absl::StrCat(kind.name, "=1"));
  }
  mixes.push_back(absl::StrJoin(mixes, ","));
  return mixes;
}

std::string MixCases(const Kvm& kvm) {
  std::string names = "control/idle";
  for (const MixKindSpec& kind : kMixKindSpecs) {
    absl::StrAppend(&names, "|", kind.case_name);
  }
  const std::string suffix =
      absl::StrReplaceAll(ModeSuffix(MixMode(kvm)), {{".", "[.]"}});
  return absl::StrCat("^(", names, ")", suffix, "$");
}

}  // namespace exitbench
