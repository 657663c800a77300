#include "model/kinds.h"

#include "model/kinds_arm64.h"
#include "model/kinds_x86.h"

namespace exitbench {

absl::string_view NameOf(Part part) {
  switch (part) {
    case Part::kCpu:
      return "T_cpu";
    case Part::kMemory:
      return "T_memory";
    case Part::kIo:
      return "T_io";
  }
  return "";
}

std::optional<Estimate> CountOf(const Kind& kind, const Tally& tally) {
  if (kind.count != nullptr) return kind.count(tally);
  if (!kind.statistic.empty()) {
    if (const std::optional<Estimate> count = tally.Statistic(kind.statistic)) {
      return count;
    }
  }
  if (kind.reasons.empty()) return std::nullopt;
  return tally.Reasons(kind.reasons);
}

absl::Span<const Kind> KindsOf(absl::string_view architecture) {
  if (architecture == "x86_64") return X86Kinds();
  if (architecture == "aarch64") return Arm64Kinds();
  return {};
}

absl::string_view ShortestExit(absl::string_view architecture) {
  return architecture == "aarch64" ? "hypercall/kernel" : "cpu/cpuid";
}

}  // namespace exitbench
