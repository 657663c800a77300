#include "harness/live/exit_kinds.h"

#include <cerrno>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "vmm/exit_name.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

constexpr uint32_t kUserspaceReasons[] = {
    KVM_EXIT_IO,
    KVM_EXIT_HYPERCALL,
    KVM_EXIT_DEBUG,
    KVM_EXIT_HLT,
    KVM_EXIT_MMIO,
    KVM_EXIT_IRQ_WINDOW_OPEN,
    KVM_EXIT_SET_TPR,
    KVM_EXIT_SYSTEM_EVENT,
    KVM_EXIT_IOAPIC_EOI,
    KVM_EXIT_HYPERV,
    KVM_EXIT_X86_RDMSR,
    KVM_EXIT_X86_WRMSR,
    KVM_EXIT_DIRTY_RING_FULL,
    KVM_EXIT_MEMORY_FAULT,
};

}  // namespace

std::vector<ExitKind> UserspaceExitKinds() {
  std::vector<ExitKind> kinds = {
      {ExitReasonName(KVM_EXIT_INTR), absl::StrCat("errno == ", -EINTR)}};
  for (const uint32_t reason : kUserspaceReasons) {
    kinds.push_back(
        {ExitReasonName(reason),
         absl::StrCat("reason == ", reason, " && errno != ", -EINTR)});
  }
  return kinds;
}

}  // namespace exitbench
