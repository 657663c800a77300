#include "absl/strings/match.h"
#include "tests/census/simulated_host.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

// The kernel that brought a capability, where that is after Linux 5.10.
struct CapabilitySince {
  int capability;
  KernelVersion since;
};
constexpr CapabilitySince kYoung[] = {
    {KVM_CAP_DIRTY_LOG_RING, 511},
    {KVM_CAP_BINARY_STATS_FD, 514},
    {KVM_CAP_EXIT_ON_EMULATION_FAILURE, 514},
    {KVM_CAP_EXIT_HYPERCALL, 514},
    {KVM_CAP_GUEST_MEMFD, 608},
    {KVM_CAP_GUEST_MEMFD_FLAGS, 618},
};

}  // namespace

bool Offers(const SimulatedHost& host, int capability, absl::string_view name) {
  if (capability < 0) {
    // CPUID's bits: all have them, but for those of the other's nesting.
    if (absl::StartsWith(name, "SVM")) return host.IsSvm();
    if (absl::StartsWith(name, "VMX")) return host.IsVmx();
    if (absl::StartsWith(name, "nested paging")) {
      return host.runs == kBackendSvmNpt;
    }
    return true;
  }
  // x86.c: kvm_vm_ioctl_check_extension offers it where the second level is the
  // processor's.
  if (capability == KVM_CAP_PRE_FAULT_MEMORY) {
    return host.kernel >= 611 && host.IsTwoDimensional();
  }
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
  if (name == "cpu/rdpmc") return host.Has(kGuestPmu);
  // vmx/nested.c: nested_vmx_setup_ctls_msrs offers EPT with enable_ept.
  if (absl::StartsWith(name, "nested/vmx.ept") || name == "nested/vmx.invept") {
    return host.runs == kBackendVmxEpt;
  }
  return true;
}

// QEMU's EPYC, without nrips and AVIC, and Bochs' Haswell, without APICv and
// PML.
bool SetEmulatedHost(absl::string_view kvm_backend, absl::string_view paging,
                     SimulatedHost& host) {
  const bool shadow = paging == "shadow";
  host.has = kMmioCaching | kGuestPmu;
  if (!shadow) host.has |= kSecondLevelAccessed;
  if (kvm_backend == "kvm_amd") {
    host.runs = shadow ? kBackendSvmShadow : kBackendSvmNpt;
    return true;
  }
  if (kvm_backend != "kvm_intel") return false;
  host.runs = shadow ? kBackendVmxShadow : kBackendVmxEpt;
  host.has |= kVirtualNmi | kPreemptionTimer;
  return true;
}

}  // namespace exitbench
