// What a host's processor and KVM do for a guest by themselves: the features
// that decide whether an event exits. Rows refer to them, not to vendors or
// models; results files record them; diff names those that differ. All that
// there are, on any architecture.
#ifndef EXITBENCH_VMM_FEATURE_SET_H_
#define EXITBENCH_VMM_FEATURE_SET_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace exitbench {

// A set of these says on which hosts a fact of a case holds.
enum Feature : uint32_t {
  // CPUID of ring 3 faults where the kernel asks for it (/proc/cpuinfo
  // cpuid_fault): kvm_pvm then sees it.
  kCpuidFaulting = 1u << 0,
  // SGDT and its like fault in ring 3 (SDM vol. 3A 2.5, CR4.UMIP).
  kUmip = 1u << 1,
  // The processor keeps the local APIC (SDM vol. 3C ch. 31; APM vol. 2 15.29).
  kApicv = 1u << 2,
  kAvic = 1u << 3,
  kX2avic = 1u << 4,
  // IPIs between running vCPUs do not exit (SDM vol. 3C 31.1.6; AVIC has it).
  kIpiVirtualization = 1u << 5,
  // The processor logs dirty pages, 512 before it exits (SDM vol. 3C 30.3.6).
  kPml = 1u << 6,
  // The second level has accessed and dirty bits (EPT: SDM vol. 3C 30.3.5; NPT
  // always).
  kSecondLevelAccessed = 1u << 7,
  // The processor says where the next instruction is (APM vol. 2 15.7.1).
  kNrips = 1u << 8,
  // NMIs are delivered and masked by the processor (APM vol. 2 15.21.10; SDM
  // vol. 3C 26.6.1).
  kVirtualNmi = 1u << 9,
  // STGI and CLGI do not exit (APM vol. 2 15.33).
  kVirtualGif = 1u << 10,
  // HLT does not exit while an interrupt is pending for the guest (APM vol. 2
  // 15.9; Linux arch/x86/kvm/svm/svm.c, INTERCEPT_IDLE_HLT).
  kIdleHlt = 1u << 11,
  // A loop of PAUSEs exits (SDM vol. 3C 26.1.3; APM vol. 2 15.14.4).
  kPauseLoopExits = 1u << 12,
  // The guest's TSC deadline is a timer of the processor (SDM vol. 3C 26.5.1).
  kPreemptionTimer = 1u << 13,
  // KVM marks MMIO pages in its tables (Linux module parameter
  // kvm.mmio_caching).
  kMmioCaching = 1u << 14,
  // Guests have a PMU (kvm.enable_pmu).
  kGuestPmu = 1u << 15,
  // This host is itself a guest.
  kNested = 1u << 16,
};

struct FeatureName {
  Feature feature;
  const char* name;  // "cpuid_faulting".
};

// Which features a host has, and of which nothing is known.
struct FeatureSet {
  uint32_t present = 0;
  uint32_t unknown = 0;  // Disjoint from `present`.

  bool Has(uint32_t feature) const { return (present & feature) == feature; }
  // Whether it is known to lack any of `features`.
  bool Lacks(uint32_t features) const {
    return (features & ~present & ~unknown) != 0;
  }
  // "yes", "no" or "unknown".
  absl::string_view Of(uint32_t feature) const {
    if (present & feature) return "yes";
    return unknown & feature ? "unknown" : "no";
  }
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_FEATURE_SET_H_
