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

absl::Span<const Kind> KindsOf(absl::string_view architecture) {
  if (architecture == "x86_64") return X86Kinds();
  if (architecture == "aarch64") return Arm64Kinds();
  return {};
}

absl::string_view ShortestExit(absl::string_view architecture) {
  return architecture == "aarch64" ? "hypercall/kernel" : "cpu/cpuid";
}

}  // namespace exitbench
