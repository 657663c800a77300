// Exit reasons as the tracepoint kvm_exit of arch/x86/kvm/trace.h has them: isa
// is KVM_ISA_VMX or KVM_ISA_SVM, and exit_reason is the whole word of the VMCS
// or VMCB.
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "cases/arch/exit_reasons.h"
#include "harness/proof/exit_reasons.h"

namespace exitbench {
namespace {

constexpr int kIsaVmx = 1;
constexpr int kIsaSvm = 2;

struct NamedReason {
  int64_t number;  // One of them is -1.
  const char* name;
};
constexpr NamedReason kVmxNames[] = {VMX_EXIT_REASONS};
constexpr NamedReason kSvmNames[] = {SVM_EXIT_REASONS};

struct CounterReasons {
  absl::string_view counter;
  ExitReasons reasons;
};
// What else moves a counter of these is no exit of the event's kind, and the
// control has it as well.
constexpr CounterReasons kByCounter[] = {
    {"io_exits", Reasons(EXIT_REASON_IO_INSTRUCTION, SVM_EXIT_IOIO)},
    {"hypercalls", Reasons(EXIT_REASON_VMCALL, SVM_EXIT_VMMCALL)},
    {"halt_exits", Reasons(EXIT_REASON_HLT, SVM_EXIT_HLT)},
    {"invlpg", Reasons(EXIT_REASON_INVLPG, SVM_EXIT_INVLPG)},
    {"request_irq_exits",
     Reasons(EXIT_REASON_INTERRUPT_WINDOW, SVM_EXIT_VINTR)},
    // With a shadow the guest's own page faults exit by the same reason.
    {"pf_taken",
     {{kBackendVmxEpt, EXIT_REASON_EPT_VIOLATION},
      {kBackendSvmNpt, SVM_EXIT_NPF}}},
};

template <size_t kCount>
std::string NameOf(const NamedReason (&names)[kCount], uint32_t number) {
  for (const NamedReason& one : names) {
    if (one.number == number) return one.name;
  }
  return absl::StrCat("reason ", number);
}

}  // namespace

std::string ExitReasonFilter(Backend backend, uint32_t number) {
  const int isa = backend & kBackendVmx   ? kIsaVmx
                  : backend & kBackendSvm ? kIsaSvm
                                          : 0;
  // kvm_pvm has an exit path of its own, without the tracepoint.
  if (isa == 0) return "";
  return absl::StrCat("isa == ", isa, " && exit_reason == ", number);
}

std::string ExitReasonName(Backend backend, uint32_t number) {
  return backend & kBackendVmx ? NameOf(kVmxNames, number)
                               : NameOf(kSvmNames, number);
}

ExitReasons ReasonsOfCounter(absl::string_view counter) {
  for (const CounterReasons& one : kByCounter) {
    if (one.counter == counter) return one.reasons;
  }
  return {};
}

}  // namespace exitbench
