#include "vmm/arm64/detect_backend.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace exitbench {
namespace {

// Returns the INTID of the kernel's own timer. -1 if /proc/interrupts has none.
// Its line: the IRQ's number, a count for each CPU, the name of the interrupt
// controller, the INTID, the trigger, "arch_timer".
int TimerIntid(const std::string& interrupts) {
  for (absl::string_view line : absl::StrSplit(interrupts, '\n')) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (words.size() < 5 || words.back() != "arch_timer") continue;
    int intid;
    const size_t at = words.size() - 3;
    if (absl::StartsWith(words[at - 1], "GIC") &&
        absl::SimpleAtoi(words[at], &intid)) {
      return intid;
    }
  }
  return -1;
}

// Returns whether KVM has taken EL1's physical timer for guests, as only a
// kernel in EL2 lets it. Tells so whatever the interrupt controller.
bool GuestsHavePhysicalTimer(const std::string& interrupts) {
  return absl::StrContains(interrupts, "kvm guest ptimer");
}

Backend BackendOf(const HostTexts& texts) {
  constexpr int kEl2Timer = 26;
  constexpr int kEl2VirtualTimer = 28;
  constexpr int kEl1Timer = 30;
  const int intid = TimerIntid(texts.interrupts);
  if (intid == kEl2Timer || intid == kEl2VirtualTimer ||
      GuestsHavePhysicalTimer(texts.interrupts)) {
    return kBackendArmVhe;
  }
  if (intid != kEl1Timer) return kBackendUnknown;
  return KernelParameter(texts.command_line, "kvm-arm.mode") == "protected"
             ? kBackendArmPkvm
             : kBackendArmNvhe;
}

}  // namespace

BackendInfo DetectBackend(const HostTexts& texts) {
  BackendInfo info;
  info.backend = BackendOf(texts);
  info.module = info.backend == kBackendUnknown ? "unknown" : "kvm_arm";
  info.two_dimensional_paging = true;
  return info;
}

}  // namespace exitbench
