// cpu/: RDMSR and WRMSR. VMX exits 31 and 32, unless the MSR bitmap lets the
// guest have the MSR (SDM vol. 3C 26.1.3); SVM VMEXIT_MSR (APM vol. 2 15.11).
#include "cases/arch/exit_reasons.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

constexpr uint32_t kApicBase = 0x1b;
constexpr uint32_t kTscAdjust = 0x3b;
constexpr uint32_t kSpecCtrl = 0x48;
constexpr uint32_t kPredCmd = 0x49;
constexpr uint32_t kTsxCtrl = 0x122;
constexpr uint32_t kEfer = 0xc0000080;
constexpr uint32_t kKernelGsBase = 0xc0000102;

constexpr uint64_t kBarrier = 1;  // IA32_PRED_CMD.IBPB

template <uint32_t msr, uint64_t value = 0>
absl::Status UseMsr(Machine& machine) {
  machine.parameters(0).args[0] = msr;
  machine.parameters(0).args[1] = value;
  return absl::OkStatus();
}

constexpr Claims kMsrExits = {kOneExit, EmulatedPvmRing0(1)};
// The kernel and the processor decide whether the bitmap lets it through.
constexpr Claims kMsrExitsOrNot = {OneExitOrNoneOn(kHardware),
                                   EmulatedPvmRing0(1)};

constexpr ExitReasons kReads = Reasons(EXIT_REASON_MSR_READ, SVM_EXIT_MSR);
constexpr ExitReasons kWrites = Reasons(EXIT_REASON_MSR_WRITE, SVM_EXIT_MSR);

constexpr char kNoSpecCtrl[] =
    "no IA32_SPEC_CTRL for guests: CPUID 7:EDX[26] or 8000_0008:EBX[14]";
constexpr char kNoPredCmd[] =
    "no IA32_PRED_CMD for guests: CPUID 7:EDX[26] or 8000_0008:EBX[12]";
constexpr char kNoTsxCtrl[] =
    "no IA32_TSX_CTRL for guests: IA32_ARCH_CAPABILITIES[7]";

constexpr Case kCases[] = {
    {.name = "cpu/rdmsr_kernel_gs_base",
     .measures =
         "RDMSR of KERNEL_GS_BASE, which KVM lets the guest have where "
         "the host has MSR bitmaps (VMX exit 31 and SVM VMEXIT_MSR off for it; "
         "SDM 26.1.3, APM 15.11)",
     .blob = &blobs::rdmsr,
     .expect = {.never_exits = kBackendSvm,
                .claims = {OneExitOrNoneOn(kBackendVmx), EmulatedPvmRing0(1)},
                .exit_reasons = kReads},
     .prepare = UseMsr<kKernelGsBase>},
    {.name = "cpu/wrmsr_kernel_gs_base",
     .measures =
         "WRMSR to KERNEL_GS_BASE, which KVM lets the guest have "
         "where the host has MSR bitmaps (VMX exit 32 and SVM VMEXIT_MSR off "
         "for it; SDM 26.1.3, APM 15.11)",
     .blob = &blobs::wrmsr_same,
     .expect = {.never_exits = kBackendSvm,
                .claims = {OneExitOrNoneOn(kBackendVmx), EmulatedPvmRing0(1)},
                .exit_reasons = kWrites},
     .prepare = UseMsr<kKernelGsBase>},
    {.name = "cpu/rdmsr_tsc_adjust",
     .measures = "RDMSR of IA32_TSC_ADJUST (VMX exit 31, SVM VMEXIT_MSR; SDM "
                 "26.1.3, APM 15.11)",
     .blob = &blobs::rdmsr,
     .expect = {.claims = kMsrExits, .exit_reasons = kReads},
     .prepare = UseMsr<kTscAdjust>},
    {.name = "cpu/wrmsr_tsc_adjust",
     .measures =
         "WRMSR to IA32_TSC_ADJUST of the value it has (VMX exit 32, SVM "
         "VMEXIT_MSR; SDM 26.1.3, APM 15.11)",
     .blob = &blobs::wrmsr_same,
     .expect = {.claims = kMsrExits, .exit_reasons = kWrites},
     .prepare = UseMsr<kTscAdjust>},
    {.name = "cpu/rdmsr_apic_base",
     .measures = "RDMSR of IA32_APIC_BASE (VMX exit 31, SVM VMEXIT_MSR; SDM "
                 "26.1.3, APM 15.11)",
     .blob = &blobs::rdmsr,
     .shape = {.irqchip = true},
     .expect = {.claims = kMsrExits, .exit_reasons = kReads},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP)}},
     .prepare = UseMsr<kApicBase>},
    {.name = "cpu/wrmsr_apic_base",
     .measures =
         "WRMSR to IA32_APIC_BASE of the value it has (VMX exit 32, SVM "
         "VMEXIT_MSR; SDM 26.1.3, APM 15.11)",
     .blob = &blobs::wrmsr_same,
     .shape = {.irqchip = true},
     .expect = {.claims = kMsrExits, .exit_reasons = kWrites},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP)}},
     .prepare = UseMsr<kApicBase>},
    {.name = "cpu/rdmsr_efer",
     .measures = "RDMSR of IA32_EFER (VMX exit 31, SVM VMEXIT_MSR; SDM 26.1.3, "
                 "APM 15.11)",
     .blob = &blobs::rdmsr,
     .expect = {.claims = kMsrExits, .exit_reasons = kReads},
     .prepare = UseMsr<kEfer>},
    {.name = "cpu/wrmsr_efer",
     .measures = "WRMSR to IA32_EFER of the value it has (VMX exit 32, SVM "
                 "VMEXIT_MSR; SDM 26.1.3, APM 15.11)",
     .blob = &blobs::wrmsr_same,
     .expect = {.claims = kMsrExits, .exit_reasons = kWrites},
     .prepare = UseMsr<kEfer>},
    {.name = "cpu/rdmsr_spec_ctrl",
     .measures = "RDMSR of IA32_SPEC_CTRL (VMX exit 31 until the guest has "
                 "written it, SVM VMEXIT_MSR; SDM 26.1.3, APM 15.11)",
     .blob = &blobs::rdmsr,
     .expect = {.claims = kMsrExitsOrNot, .exit_reasons = kReads},
     .host = {.probe = kNoSpecCtrl},
     .prepare = UseMsr<kSpecCtrl>},
    {.name = "cpu/wrmsr_spec_ctrl",
     .measures =
         "WRMSR to IA32_SPEC_CTRL of the value it has (VMX exit 32 until "
         "the guest has set a bit of it, SVM VMEXIT_MSR; SDM 26.1.3, APM "
         "15.11)",
     .blob = &blobs::wrmsr_same,
     .expect = {.claims = kMsrExitsOrNot, .exit_reasons = kWrites},
     .host = {.probe = kNoSpecCtrl},
     .prepare = UseMsr<kSpecCtrl>},
    {.name = "cpu/wrmsr_pred_cmd",
     .measures =
         "WRMSR of IBPB to IA32_PRED_CMD (VMX exit 32 and SVM VMEXIT_MSR "
         "the first time at most; SDM 26.1.3, APM 15.11)",
     .blob = &blobs::wrmsr,
     .expect = {.claims = kMsrExitsOrNot, .exit_reasons = kWrites},
     .host = {.probe = kNoPredCmd},
     .prepare = UseMsr<kPredCmd, kBarrier>},
    {.name = "cpu/rdmsr_tsx_ctrl",
     .measures = "RDMSR of IA32_TSX_CTRL (VMX exit 31; SDM 26.1.3)",
     .blob = &blobs::rdmsr,
     .expect = {.claims = kMsrExitsOrNot, .exit_reasons = kReads},
     .host = {.probe = kNoTsxCtrl},
     .prepare = UseMsr<kTsxCtrl>},
    {.name = "cpu/wrmsr_tsx_ctrl",
     .measures = "WRMSR to IA32_TSX_CTRL of the value it has (VMX exit 32; SDM "
                 "26.1.3)",
     .blob = &blobs::wrmsr_same,
     .expect = {.claims = kMsrExitsOrNot, .exit_reasons = kWrites},
     .host = {.probe = kNoTsxCtrl},
     .prepare = UseMsr<kTsxCtrl>},
};

}  // namespace

absl::Span<const Case> CpuMsrCases() { return kCases; }

}  // namespace exitbench
