#include "profile/report/counts.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "profile/model/interval.h"

namespace exitbench {
namespace {

// Of a share in percent.
int DecimalsOf(double share) { return share < .01 ? 3 : 2; }

}  // namespace

double Sum(const ByLeg& counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0);
}

bool Differ(double a, double b) {
  return std::abs(a - b) >
         kCountTolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

std::string FormatCount(double count) {
  return Differ(count, std::round(count)) ? absl::StrFormat("%.1f", count)
                                          : absl::StrFormat("%.0f", count);
}

std::string FormatDelta(double delta) {
  if (!Differ(delta, 0)) return "0";
  return absl::StrCat(delta > 0 ? "+" : "-", FormatCount(std::abs(delta)));
}

absl::string_view Name(Leg leg) {
  constexpr std::array<absl::string_view, kLegs> kNames = {
      "unknown", "exit", "userspace", "entry", "whole"};
  return kNames[static_cast<size_t>(leg)];
}

absl::string_view Name(InstructionKind kind) {
  constexpr std::array<absl::string_view, kKinds> kNames = {
      "unknown", "WRMSR",     "RDMSR",     "WRMSR of SPEC_CTRL",
      "IBPB",    "L1D flush", "VERW",      "LFENCE",
      "INVLPG",  "WBINVD",    "VM entry",  "atomic",
      "MOV CR",  "MOV DR",    "VMCS/VMCB", "XSAVE/XRSTOR",
      "CLI/STI", "port I/O",  "CPUID",     "MSR",
      "MRS",     "DSB",       "ISB",       "DMB",
      "TLBI",    "DC/IC",     "DAIF",      "HVC/SMC"};
  return kNames[static_cast<size_t>(kind)];
}

bool IsSampled(const ProfileHost& host) {
  return host.source == ProfileSource::kNmi ||
         host.source == ProfileSource::kClock;
}

std::string FormatPercent(double share) {
  return absl::StrFormat("%.*f", DecimalsOf(share), 100 * share);
}

std::string FormatShareInterval(double hits, double samples) {
  const Interval interval = ShareInterval(hits, samples);
  const int decimals = DecimalsOf(hits / samples);
  return absl::StrFormat("%.*f-%.*f", decimals, 100 * interval.low, decimals,
                         100 * interval.high);
}

absl::string_view CountedBy(const ProfileHost& host) {
  return IsSampled(host) ? "samples" : "instructions";
}

std::vector<std::string> KindTexts(const ByKind& kinds) {
  const auto of = [&kinds](InstructionKind kind) {
    return kinds[static_cast<size_t>(kind)];
  };
  const auto text = [&of](InstructionKind kind) {
    return absl::StrCat(Name(kind), " ", FormatCount(of(kind)));
  };
  std::vector<std::string> parts;
  for (size_t i = 1; i < kKinds; ++i) {
    const InstructionKind kind = static_cast<InstructionKind>(i);
    const bool is_wrmsr = kind == InstructionKind::kWrmsrSpecCtrl ||
                          kind == InstructionKind::kIbpb ||
                          kind == InstructionKind::kL1dFlush;
    if (of(kind) == 0 || is_wrmsr) continue;
    parts.push_back(text(kind));
    if (kind != InstructionKind::kWrmsr) continue;
    std::vector<std::string> known;
    if (of(InstructionKind::kWrmsrSpecCtrl) > 0) {
      known.push_back(absl::StrCat(
          "SPEC_CTRL ", FormatCount(of(InstructionKind::kWrmsrSpecCtrl))));
    }
    if (of(InstructionKind::kIbpb) > 0) {
      known.push_back(text(InstructionKind::kIbpb));
    }
    if (of(InstructionKind::kL1dFlush) > 0) {
      known.push_back(text(InstructionKind::kL1dFlush));
    }
    if (!known.empty()) {
      absl::StrAppend(&parts.back(), " (", absl::StrJoin(known, ", "), ")");
    }
  }
  return parts;
}

void AppendItems(absl::string_view head, const std::vector<std::string>& items,
                 size_t columns, std::string& out) {
  if (items.empty()) return;
  std::string line(head);
  for (size_t i = 0; i < items.size(); ++i) {
    const bool is_last = i + 1 == items.size();
    const std::string item = absl::StrCat(" ", items[i], is_last ? "" : ",");
    if (line.size() + item.size() > columns) {
      absl::StrAppend(&out, line.substr(0, columns), "\n");
      line = " ";
    }
    line += item;
  }
  absl::StrAppend(&out, line.substr(0, columns), "\n");
}

}  // namespace exitbench
