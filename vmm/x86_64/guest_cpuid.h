// The CPUID of vCPUs (KVM_SET_CPUID2, KVM API 4.20).
#ifndef EXITBENCH_VMM_X86_64_GUEST_CPUID_H_
#define EXITBENCH_VMM_X86_64_GUEST_CPUID_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vmm/kvm.h"
#include "vmm/kvm_uapi.h"
#include "vmm/vcpu.h"
#include "vmm/vm_configuration.h"

namespace exitbench {

// Leaves from here to 0x400000ff describe a hypervisor to its guests.
inline constexpr uint32_t kHypervisorLeaf = 0x40000000;
constexpr bool IsHypervisorLeaf(uint32_t function) {
  return (function & 0xffffff00) == kHypervisorLeaf;
}

// Returns what is to be given to vCPU `index` of a VM so configured: all that
// KVM supports, or what the configuration makes of it.
absl::StatusOr<std::vector<kvm_cpuid_entry2>> GuestCpuid(
    const Kvm& kvm, const Vcpu& vcpu, const VmConfiguration& configuration,
    int index);

// Returns `entries` with Hyper-V's leaves for the hypervisor's own
// (KVM_GET_SUPPORTED_HV_CPUID, KVM API 4.118).
absl::StatusOr<std::vector<kvm_cpuid_entry2>> WithHyperv(
    const Vcpu& vcpu, absl::Span<const kvm_cpuid_entry2> entries);

// Returns the leaves that CpuidSet::kMinimal keeps, and the PMU's (0xa) if
// `with_pmu`. Leaves 0 and 0x80000000 say that there are no others. What XSAVE
// brings is left out, since its leaf is.
std::vector<kvm_cpuid_entry2> MinimalCpuid(
    absl::Span<const kvm_cpuid_entry2> entries, bool with_pmu);

// Removes the PMU: leaves 0xa and 0x80000022, and the bits of AMD's counters.
void RemovePmu(std::vector<kvm_cpuid_entry2>& entries);

absl::Status SetCpuid(const Vcpu& vcpu,
                      absl::Span<const kvm_cpuid_entry2> entries);

// Returns the vCPU's CPUID as it is now (KVM_GET_CPUID2, KVM API 4.90).
absl::StatusOr<std::vector<kvm_cpuid_entry2>> GetCpuid(const Vcpu& vcpu);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_GUEST_CPUID_H_
