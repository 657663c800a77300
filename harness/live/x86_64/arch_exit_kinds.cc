#include <cstdint>

#include "absl/strings/str_cat.h"
#include "cases/arch/exit_reasons.h"
#include "harness/live/exit_kinds.h"
#include "harness/proof/exit_reasons.h"

namespace exitbench {
namespace {

struct Reason {
  uint32_t backends;
  uint32_t number;
  const char* name;  // Null: see ExitReasonName().
};

constexpr Reason kReasons[] = {
    {kBackendVmx, EXIT_REASON_EXCEPTION_NMI},
    {kBackendVmx, EXIT_REASON_EXTERNAL_INTERRUPT},
    {kBackendVmx, EXIT_REASON_INTERRUPT_WINDOW},
    {kBackendVmx, EXIT_REASON_CPUID},
    {kBackendVmx, EXIT_REASON_HLT},
    {kBackendVmxShadow, EXIT_REASON_INVLPG},
    {kBackendVmx, EXIT_REASON_RDPMC},
    {kBackendVmx, EXIT_REASON_VMCALL},
    {kBackendVmx, EXIT_REASON_VMRESUME},
    {kBackendVmx, EXIT_REASON_CR_ACCESS},
    {kBackendVmx, EXIT_REASON_DR_ACCESS},
    {kBackendVmx, EXIT_REASON_IO_INSTRUCTION},
    {kBackendVmx, EXIT_REASON_MSR_READ},
    {kBackendVmx, EXIT_REASON_MSR_WRITE},
    {kBackendVmx, EXIT_REASON_PAUSE_INSTRUCTION},
    {kBackendVmx, EXIT_REASON_TPR_BELOW_THRESHOLD},
    {kBackendVmx, EXIT_REASON_APIC_ACCESS},
    {kBackendVmx, EXIT_REASON_EOI_INDUCED},
    {kBackendVmxEpt, EXIT_REASON_EPT_VIOLATION},
    {kBackendVmxEpt, EXIT_REASON_EPT_MISCONFIG},
    {kBackendVmx, EXIT_REASON_PREEMPTION_TIMER},
    {kBackendVmx, EXIT_REASON_WBINVD},
    {kBackendVmx, EXIT_REASON_XSETBV},
    {kBackendVmx, EXIT_REASON_APIC_WRITE},
    {kBackendVmxEpt, EXIT_REASON_PML_FULL},
    {kBackendSvm, SVM_EXIT_WRITE_CR0},
    {kBackendSvmShadow, SVM_EXIT_WRITE_CR3},
    {kBackendSvm, SVM_EXIT_WRITE_CR4},
    {kBackendSvm, SVM_EXIT_WRITE_CR8},
    {kBackendSvm, SVM_EXIT_WRITE_DR7},
    {kBackendSvmShadow, SVM_EXIT_EXCP_BASE + PF_VECTOR},
    {kBackendSvm, SVM_EXIT_INTR},
    {kBackendSvm, SVM_EXIT_NMI},
    {kBackendSvm, SVM_EXIT_VINTR},
    {kBackendSvm, SVM_EXIT_CR0_SEL_WRITE},
    {kBackendSvm, SVM_EXIT_RDPMC},
    {kBackendSvm, SVM_EXIT_CPUID},
    {kBackendSvm, SVM_EXIT_IRET},
    {kBackendSvm, SVM_EXIT_PAUSE},
    {kBackendSvm, SVM_EXIT_HLT},
    {kBackendSvmShadow, SVM_EXIT_INVLPG},
    {kBackendSvm, SVM_EXIT_IOIO},
    {kBackendSvm, SVM_EXIT_MSR},
    {kBackendSvm, SVM_EXIT_VMRUN},
    {kBackendSvm, SVM_EXIT_VMMCALL},
    {kBackendSvm, SVM_EXIT_WBINVD},
    {kBackendSvm, SVM_EXIT_XSETBV},
    // Newer than the headers of Debian 12.
    {kBackendSvm, 0x0a6, "idle-halt"},
    {kBackendSvmNpt, SVM_EXIT_NPF},
    {kBackendSvmNpt, SVM_EXIT_AVIC_INCOMPLETE_IPI},
    {kBackendSvmNpt, SVM_EXIT_AVIC_UNACCELERATED_ACCESS},
    {kBackendSvmNpt, SVM_EXIT_VMGEXIT},
};

}  // namespace

// A host has one module that makes VMs, so the field isa is not looked at.
std::vector<ExitKind> ExitKinds(Backend backend) {
  std::vector<ExitKind> kinds;
  for (const Reason& one : kReasons) {
    if ((one.backends & backend) == 0) continue;
    kinds.push_back(
        {one.name != nullptr ? one.name : ExitReasonName(backend, one.number),
         absl::StrCat("exit_reason == ", one.number)});
  }
  return kinds;
}

}  // namespace exitbench
