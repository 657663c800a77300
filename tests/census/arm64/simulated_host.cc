#include "tests/census/simulated_host.h"

#include "absl/strings/match.h"
#include "vmm/arm64/arm_uapi.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

// What KVM can do from some kernel on.
constexpr KernelVersion kHasCounterOffset = 604;

// Whether the processor sets accessed bits of stage 2 no process may read
// (vmm/arm64/features.cc).
constexpr uint32_t kNeverTold = kSecondLevelAccessed;
// /proc/interrupts names the interrupt controller.
constexpr uint32_t kToldByInterrupts = kArmGicv3;

constexpr uint32_t kServer = kArmGicv3 | kGuestPmu | kSecondLevelAccessed;
constexpr uint32_t kQemuMax = kServer | kArmSve | kNested;

constexpr SimulatedHost kHosts[] = {
    // What docs/hosts.md boots.
    {.name = "QEMU's max, VHE, Linux 6.1",
     .source = "docs/hosts.md, arm64-vhe",
     .runs = kBackendArmVhe,
     .kernel = 601,
     .has = kQemuMax},
    {.name = "QEMU's max, VHE, Linux 6.12",
     .source = "docs/hosts.md, arm64-vhe",
     .runs = kBackendArmVhe,
     .kernel = 612,
     .has = kQemuMax | kArmCounterOffset},
    {.name = "QEMU's max, VHE, Linux 7.2",
     .source = "docs/hosts.md, arm64-vhe",
     .runs = kBackendArmVhe,
     .kernel = 702,
     .has = kQemuMax | kArmCounterOffset},
    {.name = "QEMU's max, VHE, Linux 7.3",
     .source = "docs/hosts.md, arm64-vhe",
     .runs = kBackendArmVhe,
     .kernel = 703,
     .has = kQemuMax | kArmCounterOffset},
    {.name = "QEMU's max, nVHE, Linux 6.12",
     .source = "docs/hosts.md, arm64-nvhe",
     .runs = kBackendArmNvhe,
     .kernel = 612,
     .has = kQemuMax | kArmCounterOffset},
    {.name = "QEMU's max, pKVM, Linux 6.12",
     .source = "docs/hosts.md, arm64-pkvm",
     .runs = kBackendArmPkvm,
     .kernel = 612,
     .has = kQemuMax | kArmCounterOffset},

    // Hardware.
    {.name = "Neoverse N1, Linux 6.1",
     .source = "Neoverse N1 TRM (100616): FEAT_VHE, FEAT_HAFDBS",
     .runs = kBackendArmVhe,
     .kernel = 601,
     .has = kServer},
    {.name = "Neoverse N1, Linux 6.18",
     .source = "Neoverse N1 TRM (100616)",
     .runs = kBackendArmVhe,
     .kernel = 618,
     .has = kServer | kArmCounterOffset},
    {.name = "Neoverse N1, kvm-arm.mode=nvhe, Linux 6.18",
     .source = "Documentation/admin-guide/kernel-parameters.txt",
     .runs = kBackendArmNvhe,
     .kernel = 618,
     .has = kServer | kArmCounterOffset},
    {.name = "Neoverse V1, SVE, Linux 6.12",
     .source = "Neoverse V1 TRM (101427)",
     .runs = kBackendArmVhe,
     .kernel = 612,
     .has = kServer | kArmSve | kArmCounterOffset},
    {.name = "Neoverse V2, SVE, MTE and ECV, Linux 7.2",
     .source = "Neoverse V2 TRM (102375)",
     .runs = kBackendArmVhe,
     .kernel = 702,
     .has = kServer | kArmSve | kArmMte | kArmEcv | kArmCounterOffset},
    {.name = "Neoverse N2, kvm-arm.vgic_v4_enable=1 with a GICv4.1, Linux 6.12",
     .source = "vgic/vgic-v3.c: vgic_v3_probe, gicv4_enable",
     .runs = kBackendArmVhe,
     .kernel = 612,
     .has = kServer | kArmSve | kArmGicv4 | kArmCounterOffset},
    {.name = "AmpereOne, whose accessed bits are not used, Linux 6.18",
     .source = "arch/arm64/kernel/cpufeature.c: AMPERE_ERRATUM_AC03_CPU_38",
     .runs = kBackendArmVhe,
     .kernel = 618,
     .has = (kServer & ~kSecondLevelAccessed) | kArmEcv | kArmCounterOffset},
    {.name = "Cortex-A72 with a GICv3, which has no VHE, Linux 6.1",
     .source = "Cortex-A72 TRM (100095): Armv8.0",
     .runs = kBackendArmNvhe,
     .kernel = 601,
     .has = kArmGicv3 | kGuestPmu},
    {.name = "Apple M1, whose interrupt controller is no GIC, Linux 6.12",
     .source = "vgic/vgic-v3.c: broken_seis; no PMUv3",
     .runs = kBackendArmVhe,
     .kernel = 612,
     .has = kSecondLevelAccessed | kArmCounterOffset},
    {.name = "Neoverse N1, kvm-arm.vgic_v3_group1_trap=1, Linux 6.12",
     .source = "hyp/vgic-v3-sr.c: __vgic_v3_perform_cpuif_access, in EL2",
     .runs = kBackendArmVhe,
     .kernel = 612,
     .has = kServer | kArmCounterOffset},
    {.name = "a phone's processor, pKVM, Linux 6.12",
     .source = "Documentation/virt/kvm/arm/pkvm.rst",
     .runs = kBackendArmPkvm,
     .kernel = 612,
     .has = kServer | kArmSve | kArmMte | kArmEcv | kArmCounterOffset},
    {.name = "L1 of KVM with FEAT_NV2, Linux 7.2",
     .source = "Documentation/virt/kvm/api.rst: KVM_ARM_VCPU_HAS_EL2",
     .runs = kBackendArmVhe,
     .kernel = 702,
     .has = kServer | kNested | kArmCounterOffset},
    {.name = "Neoverse N1, Linux 5.10: no statistics",
     .source = "KVM API 4.133: KVM_GET_STATS_FD is of Linux 5.14",
     .runs = kBackendArmVhe,
     .kernel = 510,
     .has = kServer},
    {.name = "Neoverse N1, Linux 5.14",
     .source = "guest.c: kvm_vcpu_stats_desc of 5.14",
     .runs = kBackendArmVhe,
     .kernel = 514,
     .has = kServer},
    {.name = "Neoverse N1, /proc/interrupts hidden, Linux 6.12",
     .source = "a container's /proc",
     .runs = kBackendArmVhe,
     .kernel = 612,
     .has = kServer | kArmCounterOffset,
     .hides_modules = true},
    {.name = "Cortex-A72, /proc/interrupts hidden, Linux 6.12",
     .source = "a container's /proc",
     .runs = kBackendArmNvhe,
     .kernel = 612,
     .has = kArmGicv3 | kGuestPmu | kArmCounterOffset,
     .hides_modules = true},
};

// The kernel that brought a capability, where that is after Linux 5.10.
struct CapabilitySince {
  int capability;
  KernelVersion since;
};
constexpr KernelVersion kNotYet = 9999;
constexpr CapabilitySince kYoung[] = {
    {KVM_CAP_BINARY_STATS_FD, 514},
    {KVM_CAP_ARM_SYSTEM_SUSPEND, 519},
    {KVM_CAP_DIRTY_LOG_RING_ACQ_REL, 602},
    {KVM_CAP_COUNTER_OFFSET, kHasCounterOffset},
    // mmu.c: user_mem_abort reports no faults of guest_memfd by it.
    {KVM_CAP_MEMORY_FAULT_INFO, kNotYet},
};

}  // namespace

Backend DetectedBackend(const SimulatedHost& host) {
  return host.hides_modules ? kBackendUnknown : host.runs;
}

FeatureSet DetectedFeatures(const SimulatedHost& host) {
  FeatureSet set;
  set.unknown = kNeverTold;
  if (host.hides_modules) set.unknown |= kToldByInterrupts;
  // Whether the controller is one that can nothing shows.
  if (host.Has(kArmGicv4)) set.unknown |= kArmGicv4;
  set.present = host.has & ~set.unknown;
  return set;
}

bool Offers(const SimulatedHost& host, int capability, absl::string_view) {
  if (capability == KVM_CAP_ARM_PMU_V3) return host.Has(kGuestPmu);
  for (const CapabilitySince& young : kYoung) {
    if (capability == young.capability) return host.kernel >= young.since;
  }
  return true;
}

bool HooksAllow(absl::string_view name, const SimulatedHost& host) {
  // Multi-gen LRU ages what KVM maps since 6.13.
  if (absl::StartsWith(name, "ept/access_after_age_")) {
    return host.kernel >= 613;
  }
  // vgic/vgic-mmio-v3.c: GICD_CTLR.nASSGIreq.
  if (name == "ipi/running.hardware_sgi.apart") return host.Has(kArmGicv4);
  return true;
}

bool SetEmulatedHost(absl::string_view kvm_backend, absl::string_view,
                     SimulatedHost& host) {
  host.has = kQemuMax;
  for (const auto& [name, backend] :
       {std::pair("kvm_arm_vhe", kBackendArmVhe),
        std::pair("kvm_arm_nvhe", kBackendArmNvhe),
        std::pair("kvm_arm_pkvm", kBackendArmPkvm)}) {
    if (kvm_backend != name) continue;
    host.runs = backend;
    return true;
  }
  return false;
}

absl::Span<const SimulatedHost> SimulatedHosts() { return kHosts; }

}  // namespace exitbench
