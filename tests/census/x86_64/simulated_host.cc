#include "tests/census/simulated_host.h"

namespace exitbench {
namespace {

// Parameters of kvm that tell a feature, and the kernel that brought each.
constexpr KernelVersion kHasMmioCachingParameter = 519;
constexpr KernelVersion kHasEnablePmuParameter = 517;

constexpr uint32_t kToldByModules =
    kApicv | kAvic | kX2avic | kIpiVirtualization | kPml |
    kSecondLevelAccessed | kNrips | kVirtualNmi | kVirtualGif | kIdleHlt |
    kPauseLoopExits | kPreemptionTimer | kMmioCaching | kGuestPmu |
    kShadowVmcs | kVirtualVmload;

constexpr uint32_t kIntelUser = kCpuidFaulting | kUmip;
constexpr uint32_t kAnyKvm = kMmioCaching | kGuestPmu;
// What VMX has had since Sandy Bridge; Haswell and Broadwell added the second.
constexpr uint32_t kVmxBase =
    kVirtualNmi | kPauseLoopExits | kPreemptionTimer | kAnyKvm;
constexpr uint32_t kSkylake =
    kIntelUser | kVmxBase | kPml | kSecondLevelAccessed | kShadowVmcs;
// What a shadow host keeps of it: PML and the bits are EPT's.
constexpr uint32_t kSkylakeShadow = kIntelUser | kVmxBase | kShadowVmcs;
// KVM offers no shadow VMCS to an L1 (vmx/nested.c:
// nested_vmx_setup_ctls_msrs).
constexpr uint32_t kSkylakeL1 = (kSkylake | kNested) & ~kShadowVmcs;

constexpr uint32_t kZen2 = kUmip | kNrips | kVirtualGif | kPauseLoopExits |
                           kSecondLevelAccessed | kVirtualVmload | kAnyKvm;
constexpr uint32_t kZen2Avic = kZen2 | kAvic | kIpiVirtualization;
constexpr uint32_t kZen4 = kZen2Avic | kX2avic | kVirtualNmi;
// Virtual VMLOAD takes NPT (svm.c: svm_hardware_setup).
constexpr uint32_t kZen2Shadow =
    kZen2 & ~(kSecondLevelAccessed | kVirtualVmload);

constexpr SimulatedHost kHosts[] = {
    // VMX.
    {.name = "Skylake Xeon, enable_apicv=N, Linux 6.1",
     .source = "vmx.c: hardware_setup, enable_apicv",
     .runs = kBackendVmxEpt,
     .kernel = 601,
     .has = kSkylake},
    {.name = "Skylake Xeon, APICv, Linux 6.12",
     .source = "SDM vol. 3C ch. 31",
     .runs = kBackendVmxEpt,
     .kernel = 612,
     .has = kSkylake | kApicv},
    {.name = "Skylake Xeon, enable_apicv=N, Linux 6.12",
     .source = "vmx.c: hardware_setup, enable_apicv",
     .runs = kBackendVmxEpt,
     .kernel = 612,
     .has = kSkylake},
    {.name = "Sapphire Rapids, APICv and IPI virtualization, Linux 6.18",
     .source = "SDM vol. 3C 31.1.6",
     .runs = kBackendVmxEpt,
     .kernel = 618,
     .has = kSkylake | kApicv | kIpiVirtualization},
    {.name = "Sapphire Rapids whose guests own the PMU, Linux 7.0",
     .source = "pmu.c of 7.0: kvm_need_rdpmc_intercept",
     .runs = kBackendVmxEpt,
     .kernel = 700,
     .has = kSkylake | kApicv | kIpiVirtualization,
     .mediates_pmu = true},
    {.name = "Sandy Bridge: no PML, no EPT accessed bits, Linux 6.1",
     .source = "vmx/capabilities.h: cpu_has_vmx_pml, cpu_has_vmx_ept_ad_bits",
     .runs = kBackendVmxEpt,
     .kernel = 601,
     .has = kVmxBase},
    {.name = "the same, Linux 6.18",
     .source = "mmu/spte.h: mark_spte_for_access_track",
     .runs = kBackendVmxEpt,
     .kernel = 618,
     .has = kVmxBase},
    {.name = "Haswell: EPT accessed bits, no PML, Linux 6.18",
     .source = "vmx/capabilities.h: cpu_has_vmx_pml, cpu_has_vmx_ept_ad_bits",
     .runs = kBackendVmxEpt,
     .kernel = 618,
     .has = kVmxBase | kCpuidFaulting | kSecondLevelAccessed | kShadowVmcs},
    {.name = "Skylake Xeon, ept=0, Linux 6.1",
     .source = "vmx.c: module parameter ept",
     .runs = kBackendVmxShadow,
     .kernel = 601,
     .has = kSkylakeShadow},
    {.name = "Sapphire Rapids, ept=0, APICv, Linux 6.18",
     .source = "vmx.c: module parameter ept",
     .runs = kBackendVmxShadow,
     .kernel = 618,
     .has = kSkylakeShadow | kApicv},
    {.name = "Skylake Xeon, kvm.mmio_caching=N, Linux 6.1",
     .source = "mmu/spte.c: enable_mmio_caching",
     .runs = kBackendVmxEpt,
     .kernel = 601,
     .has = kSkylake & ~kMmioCaching},
    {.name = "Skylake Xeon, kvm.enable_pmu=N, Linux 6.12",
     .source = "x86.c: enable_pmu",
     .runs = kBackendVmxEpt,
     .kernel = 612,
     .has = (kSkylake | kApicv) & ~kGuestPmu},
    {.name = "Skylake Xeon, Linux 5.10: no statistics",
     .source = "KVM API 4.133: KVM_GET_STATS_FD is of Linux 5.14",
     .runs = kBackendVmxEpt,
     .kernel = 510,
     .has = kSkylake | kApicv},
    {.name = "Skylake Xeon, APICv, Linux 5.14: few fault counters",
     .source = "x86.c: kvm_vcpu_stats_desc of 5.14",
     .runs = kBackendVmxEpt,
     .kernel = 514,
     .has = kSkylake | kApicv},
    {.name = "Skylake Xeon, enable_apicv=N, Linux 5.17",
     .source = "mmu/mmu.c: kvm_faultin_pfn of 5.16, APIC access page",
     .runs = kBackendVmxEpt,
     .kernel = 517,
     .has = kSkylake},
    {.name = "L1 of KVM, with EPT, Linux 6.12",
     .source = "vmx/nested.c: nested_vmx_setup_ctls_msrs, no PLE",
     .runs = kBackendVmxEpt,
     .kernel = 612,
     .has = kSkylakeL1 & ~kPauseLoopExits},
    {.name = "L1 of Hyper-V, Linux 6.1",
     .source = "vmx/evmcs.h of 6.1: EVMCS1_UNSUPPORTED_2NDEXEC, _PINCTRL",
     .runs = kBackendVmxEpt,
     .kernel = 601,
     .has = kSkylakeL1 & ~(kPml | kPreemptionTimer | kPauseLoopExits),
     .virtualizes_apic_accesses = false},
    {.name = "L1 without MSR bitmaps, Linux 6.1",
     .source = "vmx.c: cpu_has_vmx_msr_bitmap may be false in an L1",
     .runs = kBackendVmxEpt,
     .kernel = 601,
     .has = kSkylakeL1 & ~(kPml | kPauseLoopExits),
     .has_msr_bitmap = false},
    {.name = "Skylake Xeon, APICv, /sys/module hidden, Linux 6.12",
     .source = "a container's /sys",
     .runs = kBackendVmxEpt,
     .kernel = 612,
     .has = kSkylake | kApicv,
     .hides_modules = true},

    // SVM.
    {.name = "EPYC (Zen 2), avic=N, Linux 6.1",
     .source = "svm.c: module parameter avic, off by default",
     .runs = kBackendSvmNpt,
     .kernel = 601,
     .has = kZen2},
    {.name = "EPYC (Zen 2), AVIC, Linux 6.1",
     .source = "APM vol. 2 15.29",
     .runs = kBackendSvmNpt,
     .kernel = 601,
     .has = kZen2Avic},
    {.name = "EPYC (Zen 2), AVIC, Linux 5.14",
     .source = "APM vol. 2 15.29",
     .runs = kBackendSvmNpt,
     .kernel = 514,
     .has = kZen2Avic},
    {.name = "EPYC (Zen 2), AVIC, Linux 5.17",
     .source = "avic.c of 5.17: APICV_INHIBIT_REASON_X2APIC",
     .runs = kBackendSvmNpt,
     .kernel = 517,
     .has = kZen2Avic},
    {.name = "Genoa (Zen 4), x2AVIC and vNMI, Linux 6.18",
     .source = "APM vol. 2 15.29, 15.21.10",
     .runs = kBackendSvmNpt,
     .kernel = 618,
     .has = kZen4},
    {.name = "Turin (Zen 5), IDLE_HLT, avic=N, Linux 6.18",
     .source = "svm.c: init_vmcb, INTERCEPT_IDLE_HLT",
     .runs = kBackendSvmNpt,
     .kernel = 618,
     .has = kZen2 | kVirtualNmi | kIdleHlt},
    {.name = "Turin (Zen 5), IDLE_HLT, x2AVIC, Linux 6.18",
     .source = "svm.c: init_vmcb, INTERCEPT_IDLE_HLT",
     .runs = kBackendSvmNpt,
     .kernel = 618,
     .has = kZen4 | kIdleHlt},
    {.name = "Turin (Zen 5), whose IDLE_HLT Linux 6.12 does not use",
     .source = "svm.c: init_vmcb of 6.12",
     .runs = kBackendSvmNpt,
     .kernel = 612,
     .has = kZen2 | kVirtualNmi | kIdleHlt},
    {.name = "an AMD host without nrips, Linux 6.1",
     .source = "svm.c: module parameter nrips; svm_skip_emulated_instruction",
     .runs = kBackendSvmNpt,
     .kernel = 601,
     .has = kZen2 & ~(kNrips | kVirtualGif | kPauseLoopExits)},
    {.name = "EPYC (Zen 2), no reserved bit for MMIO entries, Linux 6.1",
     .source = "mmu/spte.c: kvm_mmu_reset_all_pte_masks, 52-bit addresses",
     .runs = kBackendSvmNpt,
     .kernel = 601,
     .has = kZen2 & ~kMmioCaching},
    {.name = "EPYC (Zen 2), npt=0, Linux 6.1",
     .source = "svm.c: module parameter npt",
     .runs = kBackendSvmShadow,
     .kernel = 601,
     .has = kZen2Shadow},
    {.name = "Genoa (Zen 4), npt=0, Linux 6.18",
     .source = "svm.c: module parameter npt",
     .runs = kBackendSvmShadow,
     .kernel = 618,
     .has = kZen2Shadow | kVirtualNmi},
    {.name = "EPYC (Zen 2), npt=0, Linux 5.14",
     .source = "x86.c: kvm_vcpu_stats_desc of 5.14",
     .runs = kBackendSvmShadow,
     .kernel = 514,
     .has = kZen2Shadow},
    {.name = "EPYC (Zen 2), Linux 5.10: no statistics",
     .source = "KVM API 4.133: KVM_GET_STATS_FD is of Linux 5.14",
     .runs = kBackendSvmNpt,
     .kernel = 510,
     .has = kZen2},
    {.name = "L1 of KVM on EPYC, Linux 6.12",
     .source = "svm.c: svm_set_cpu_caps has no AVIC for an L1",
     .runs = kBackendSvmNpt,
     .kernel = 612,
     .has = kZen2 | kNested},
    {.name = "EPYC (Zen 2), /sys/module hidden, Linux 6.12",
     .source = "a container's /sys",
     .runs = kBackendSvmNpt,
     .kernel = 612,
     .has = kZen2,
     .hides_modules = true},

    {.name = "Turin (Zen 5), IDLE_HLT, /sys/module hidden, Linux 6.18",
     .source = "a container's /sys",
     .runs = kBackendSvmNpt,
     .kernel = 618,
     .has = kZen4 | kIdleHlt,
     .hides_modules = true},

    // kvm_pvm, which keeps ring 3 by what faults there.
    {.name = "kvm_pvm on Intel with CPUID faulting and UMIP",
     .source = "SDM vol. 3A 2.5; MISC_FEATURES_ENABLES.CPUID_FAULT",
     .runs = kBackendPvm,
     .kernel = 618,
     .has = kIntelUser | kAnyKvm | kNested},
    {.name = "kvm_pvm on AMD: UMIP, no CPUID faulting",
     .source = "arch/x86/kernel/cpu/intel.c: X86_FEATURE_CPUID_FAULT",
     .runs = kBackendPvm,
     .kernel = 618,
     .has = kUmip | kAnyKvm | kNested},
    {.name = "kvm_pvm on a processor with neither",
     .source = "before Ivy Bridge and Zen 2",
     .runs = kBackendPvm,
     .kernel = 618,
     .has = kAnyKvm | kNested},
    {.name = "kvm_pvm on Intel, /sys/module hidden",
     .source = "a container's /sys",
     .runs = kBackendPvm,
     .kernel = 618,
     .has = kIntelUser | kAnyKvm | kNested,
     .hides_modules = true},
};

}  // namespace

Backend DetectedBackend(const SimulatedHost& host) {
  // A processor without VMX and SVM has only kvm_pvm to offer: DetectBackend()
  // tells that one by CPUID.
  if (host.hides_modules && host.runs == kBackendPvm) return kBackendPvm;
  return host.hides_modules ? kBackendUnknown : host.runs;
}

FeatureSet DetectedFeatures(const SimulatedHost& host) {
  FeatureSet set;
  if (host.hides_modules) set.unknown |= kToldByModules;
  if (host.kernel < kHasMmioCachingParameter) set.unknown |= kMmioCaching;
  if (host.kernel < kHasEnablePmuParameter) set.unknown |= kGuestPmu;
  // The processor tells of it, but nothing whether the kernel uses it.
  if (host.Has(kIdleHlt)) set.unknown |= kIdleHlt;
  set.present = host.has & ~set.unknown;
  return set;
}

absl::Span<const SimulatedHost> SimulatedHosts() { return kHosts; }

}  // namespace exitbench
