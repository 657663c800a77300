// Features of a host's processor and KVM that decide whether an event exits.
// Rows refer to features and not to vendors or models. Results files record
// them, and diff names those that differ. The list is of all architectures.
#ifndef EXITBENCH_VMM_HOST_FEATURE_SET_H_
#define EXITBENCH_VMM_HOST_FEATURE_SET_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace exitbench {

// Bits, since a fact of a case names the set of features that it needs.
enum Feature : uint32_t {
  // CPUID in ring 3 faults if the kernel asks for that (/proc/cpuinfo
  // cpuid_fault). Only so does kvm_pvm see it.
  kCpuidFaulting = 1u << 0,
  // SGDT and its like fault in ring 3 (SDM vol. 3A 2.5, CR4.UMIP).
  kUmip = 1u << 1,
  // The processor emulates the local APIC (SDM vol. 3C ch. 31; APM vol. 2
  // 15.29).
  kApicv = 1u << 2,
  kAvic = 1u << 3,
  kX2avic = 1u << 4,
  // IPIs between running vCPUs do not exit (SDM vol. 3C 31.1.6; part of AVIC).
  kIpiVirtualization = 1u << 5,
  // The processor logs dirty pages, 512 before it exits (SDM vol. 3C 30.3.6).
  kPml = 1u << 6,
  // The second level has accessed and dirty bits (EPT: SDM vol. 3C 30.3.5; NPT
  // always).
  kSecondLevelAccessed = 1u << 7,
  // An exit reports where the next instruction is (APM vol. 2 15.7.1).
  kNrips = 1u << 8,
  // NMIs are delivered and masked by the processor (APM vol. 2 15.21.10; SDM
  // vol. 3C 26.6.1).
  kVirtualNmi = 1u << 9,
  // STGI and CLGI do not exit (APM vol. 2 15.33).
  kVirtualGif = 1u << 10,
  // HLT does not exit while an interrupt is pending for the guest (APM vol. 2
  // 15.9; Linux arch/x86/kvm/svm/svm.c, INTERCEPT_IDLE_HLT).
  kIdleHlt = 1u << 11,
  // A loop of PAUSE instructions exits (SDM vol. 3C 26.1.3; APM vol. 2
  // 15.14.4).
  kPauseLoopExits = 1u << 12,
  // A timer of the processor serves the guest's TSC deadline (SDM vol. 3C
  // 26.5.1).
  kPreemptionTimer = 1u << 13,
  // KVM marks MMIO pages in its tables (Linux module parameter
  // kvm.mmio_caching).
  kMmioCaching = 1u << 14,
  // Guests have a PMU (kvm.enable_pmu; KVM_CAP_ARM_PMU_V3).
  kGuestPmu = 1u << 15,
  // This host is itself a guest.
  kNested = 1u << 16,
  // The generic timer has self-synchronising counters and an offset for the
  // physical one, so that guests read both without an exit (Arm ARM FEAT_ECV).
  kArmEcv = 1u << 17,
  // The interrupt controller is a GICv3 or later: its CPU interface is system
  // registers (Arm IHI 0069).
  kArmGicv3 = 1u << 18,
  // LPIs are injected without an exit (GICv4; Linux kvm-arm.vgic_v4_enable).
  kArmGicv4 = 1u << 19,
  // The processor has SVE, whose registers a switch has to keep (FEAT_SVE).
  kArmSve = 1u << 20,
  // Memory has tags (FEAT_MTE).
  kArmMte = 1u << 21,
  // Guests may have EL2 (FEAT_NV2; KVM_CAP_ARM_EL2).
  kArmNestedVirt = 1u << 22,
  // KVM sets the offset of a guest's counters exactly (KVM_CAP_COUNTER_OFFSET,
  // Linux 6.4).
  kArmCounterOffset = 1u << 23,
  // VMREAD and VMWRITE of a guest do not exit, of fields that KVM has chosen
  // (SDM vol. 3C 25.10).
  kShadowVmcs = 1u << 24,
  // VMLOAD and VMSAVE of a guest do not exit (APM vol. 2 15.33.1).
  kVirtualVmload = 1u << 25,
};

struct FeatureName {
  Feature feature;
  const char* name;  // "cpuid_faulting".
};

// Which features a host has, and of which this is not known.
struct FeatureSet {
  uint32_t present = 0;
  uint32_t unknown = 0;  // Disjoint from `present`.

  // Returns whether it is known to have all of `feature`.
  bool Has(uint32_t feature) const { return (present & feature) == feature; }
  // Returns whether it is known to lack any of `features`.
  bool Lacks(uint32_t features) const {
    return (features & ~present & ~unknown) != 0;
  }
  // Returns "yes", "no" or "unknown", as results files record it.
  absl::string_view Of(uint32_t feature) const {
    if (present & feature) return "yes";
    return unknown & feature ? "unknown" : "no";
  }
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_HOST_FEATURE_SET_H_
