// cpu/: control and debug registers. VMX exit 28 control-register access and 29
// MOV DR (SDM vol. 3C 26.1.3); SVM: APM vol. 2 15.8.
#include "cases/arch/exit_reasons.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

constexpr ExitReasons kCr3Load =
    Reasons(EXIT_REASON_CR_ACCESS, SVM_EXIT_WRITE_CR3);
// SVM has a reason of its own for a change of other bits than TS and MP.
constexpr ExitReasons kCr0Write = {{kBackendVmx, EXIT_REASON_CR_ACCESS},
                                   {kBackendSvm, SVM_EXIT_WRITE_CR0},
                                   {kBackendSvm, SVM_EXIT_CR0_SEL_WRITE}};

constexpr Case kCases[] = {
    {.name = "cpu/cr0_read",
     .measures = "MOV from CR0 (on VMX the read shadow answers, on SVM "
                 "VMEXIT_CR0_READ is off; SDM 26.1.3, APM 15.8)",
     .blob = &blobs::cr0_read,
     .expect = {.never_exits = kHardware, .claims = {EmulatedPvmRing0(1)}}},
    {.name = "cpu/cr0_toggle_wp",
     .measures =
         "MOV to CR0 that changes WP (VMX exit 28, or none where WP is "
         "the guest's own, with EPT on some kernels; SVM "
         "VMEXIT_CR0_SEL_WRITE or VMEXIT_CR0_WRITE; SDM 26.1.3, APM 15.8)",
     .blob = &blobs::cr0_toggle_wp,
     .expect = {.claims = {OneExitOn(kBackendSvm | kBackendVmxShadow),
                           OneExitOrNoneOn(kBackendVmxEpt),
                           EmulatedPvmRing0(1)},
                .exit_reasons = kCr0Write}},
    {.name = "cpu/cr3_load",
     .measures =
         "MOV to CR3 of the value in use: an exit with shadow paging "
         "only (VMX exit 28, SVM VMEXIT_CR3_WRITE; SDM 26.1.3, APM 15.8)",
     .blob = &blobs::cr3_load,
     .expect = {.never_exits = kTwoDimensional,
                .claims = {OneExitOn(kHardwareShadow),
                           {.counter = "tlb_flush",
                            .backends = kHardwareShadow},
                           EmulatedPvmRing0(1)},
                .exit_reasons = kCr3Load}},
    {.name = "cpu/cr4_toggle_pge",
     .measures = "MOV to CR4 that changes PGE: no exit with EPT, where PGE is "
                 "the guest's own (VMX exit 28, SVM VMEXIT_CR4_WRITE; SDM "
                 "26.1.3, APM 15.8)",
     .blob = &blobs::cr4_toggle_pge,
     .expect = {.never_exits = kBackendVmxEpt,
                .claims = {OneExitOn(kBackendSvm | kBackendVmxShadow),
                           EmulatedPvmRing0(1)},
                .exit_reasons =
                    Reasons(EXIT_REASON_CR_ACCESS, SVM_EXIT_WRITE_CR4)}},
    {.name = "cpu/cr8_read",
     .measures =
         "MOV from CR8 with a local APIC in the kernel, whose priority "
         "the processor keeps (VMX TPR shadow, SVM V_TPR; SDM 30.3, APM "
         "15.21.1)",
     .blob = &blobs::cr8_read,
     .shape = {.irqchip = true},
     .expect = {.never_exits = kHardware, .claims = {EmulatedPvmRing0(1)}},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP)}}},
    {.name = "cpu/cr8_read.no_apic",
     .measures =
         "MOV from CR8 without a local APIC in the kernel (VMX exit 28; "
         "SVM V_TPR answers; SDM 26.1.3, APM 15.21.1)",
     .blob = &blobs::cr8_read,
     .expect = {.never_exits = kBackendSvm,
                .claims = {OneExitOn(kBackendVmx), EmulatedPvmRing0(1)},
                .exit_reasons =
                    Reasons(EXIT_REASON_CR_ACCESS, SVM_EXIT_READ_CR8)},
     .fixed_parts = kVmApic},
    {.name = "cpu/cr8_write",
     .measures =
         "MOV to CR8 with a local APIC in the kernel, whose priority the "
         "processor keeps (VMX TPR shadow, SVM V_TPR; SDM 30.3, APM "
         "15.21.1)",
     .blob = &blobs::cr8_write,
     .shape = {.irqchip = true},
     .expect = {.never_exits = kHardware, .claims = {EmulatedPvmRing0(1)}},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP)}}},
    {.name = "cpu/cr8_write.no_apic",
     .measures = "MOV to CR8 of the value it has, without a local APIC in the "
                 "kernel (VMX exit 28, SVM VMEXIT_CR8_WRITE; SDM 26.1.3, APM "
                 "15.8)",
     .blob = &blobs::cr8_write,
     .expect = {.claims = {OneExitOn(kHardware), EmulatedPvmRing0(1)},
                .exit_reasons =
                    Reasons(EXIT_REASON_CR_ACCESS, SVM_EXIT_WRITE_CR8)},
     .fixed_parts = kVmApic},
    {.name = "cpu/dr7_write",
     .measures = "MOV to DR7: KVM gives the guest the debug registers at the "
                 "first exit and takes them back at the next of any kind (VMX "
                 "exit 29, SVM VMEXIT_DR7_WRITE; SDM 26.1.3, APM 15.8)",
     .blob = &blobs::dr7_write,
     .expect = {.never_exits = kHardware, .claims = {EmulatedPvmRing0(1)}},
     .size =
         {// The first of each batch exits, after the doorbell.
          .batch_slack = 2}},
};

}  // namespace

absl::Span<const Case> CpuRegisterCases() { return kCases; }

}  // namespace exitbench
