#include "vmm/x86_64/guest_cpuid.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "vmm/x86_64/arch_kvm.h"

namespace exitbench {
namespace {

constexpr uint32_t kTscDeadline = 1u << 24;  // Leaf 1, ECX.
// Leaf 1, ECX: FMA, XSAVE, OSXSAVE, AVX, F16C.
constexpr uint32_t kByXsave =
    1u << 12 | 1u << 26 | 1u << 27 | 1u << 28 | 1u << 29;
// Leaf 0x80000001, ECX: PerfCtrExtCore, PerfCtrExtNB, PerfCtrExtLLC.
constexpr uint32_t kAmdCounters = 1u << 23 | 1u << 24 | 1u << 28;
constexpr uint32_t kPmuLeaf = 0xa;
constexpr uint32_t kAmdPmuLeaf = 0x80000022;
constexpr uint32_t kLastExtendedLeaf = 0x80000008;
constexpr size_t kMostEntries = 256;  // KVM_MAX_CPUID_ENTRIES.

// kvm_cpuid2 with room for entries.
class CpuidBuffer {
 public:
  explicit CpuidBuffer(size_t entries)
      : bytes_(sizeof(kvm_cpuid2) + entries * sizeof(kvm_cpuid_entry2)) {
    header()->nent = static_cast<uint32_t>(entries);
  }
  kvm_cpuid2* header() { return reinterpret_cast<kvm_cpuid2*>(bytes_.data()); }
  kvm_cpuid_entry2* entries() {
    return reinterpret_cast<kvm_cpuid_entry2*>(bytes_.data() +
                                               sizeof(kvm_cpuid2));
  }
  std::vector<kvm_cpuid_entry2> ToVector() {
    return {entries(), entries() + header()->nent};
  }

 private:
  std::vector<uint8_t> bytes_;
};

void Personalize(const Kvm& kvm, uint32_t apic_id, kvm_cpuid_entry2& entry) {
  if (entry.function == 1) {
    entry.ebx = (entry.ebx & 0x00ffffff) | (apic_id << 24);
    // KVM reports the deadline mode of the APIC timer as a capability and
    // leaves the CPUID bit to userspace (KVM API 4.46).
    if (kvm.Extension(KVM_CAP_TSC_DEADLINE_TIMER) != 0) {
      entry.ecx |= kTscDeadline;
    }
  } else if (entry.function == 0xb || entry.function == 0x1f) {
    entry.edx = apic_id;
  }
}

}  // namespace

absl::StatusOr<std::vector<kvm_cpuid_entry2>> GuestCpuid(
    const Kvm& kvm, const Vcpu& vcpu, const VmConfiguration& configuration,
    int index) {
  std::vector<kvm_cpuid_entry2> entries = kvm.arch().cpuid;
  if (configuration.cpuid == CpuidSet::kMinimal) {
    entries = MinimalCpuid(entries, configuration.pmu == true);
  } else if (configuration.cpuid == CpuidSet::kHyperv) {
    EB_ASSIGN_OR_RETURN(entries, WithHyperv(vcpu, entries));
  }
  if (configuration.pmu == false) RemovePmu(entries);
  for (kvm_cpuid_entry2& entry : entries) {
    Personalize(kvm, static_cast<uint32_t>(index), entry);
  }
  return entries;
}

absl::StatusOr<std::vector<kvm_cpuid_entry2>> WithHyperv(
    const Vcpu& vcpu, absl::Span<const kvm_cpuid_entry2> entries) {
  CpuidBuffer offered(kMostEntries);
  EB_RETURN_IF_ERROR(EB_IOCTL(vcpu.fd(), KVM_GET_SUPPORTED_HV_CPUID,
                              offered.header(), "Hyper-V's leaves")
                         .status());
  std::vector<kvm_cpuid_entry2> with;
  for (const kvm_cpuid_entry2& entry : entries) {
    if (!IsHypervisorLeaf(entry.function)) with.push_back(entry);
  }
  for (const kvm_cpuid_entry2& entry : offered.ToVector()) {
    with.push_back(entry);
  }
  return with;
}

std::vector<kvm_cpuid_entry2> MinimalCpuid(
    absl::Span<const kvm_cpuid_entry2> entries, bool with_pmu) {
  std::vector<kvm_cpuid_entry2> kept;
  for (kvm_cpuid_entry2 entry : entries) {
    switch (entry.function) {
      case 0:
        entry.eax = with_pmu ? std::min(entry.eax, kPmuLeaf) : 1;
        break;
      case 1:
        entry.ecx &= ~kByXsave;
        break;
      case kPmuLeaf:
        if (!with_pmu) continue;
        break;
      case 0x80000000:
        entry.eax = std::min(entry.eax, kLastExtendedLeaf);
        break;
      case 0x80000001:
      case kLastExtendedLeaf:
        break;
      default:
        continue;
    }
    kept.push_back(entry);
  }
  return kept;
}

void RemovePmu(std::vector<kvm_cpuid_entry2>& entries) {
  for (kvm_cpuid_entry2& entry : entries) {
    if (entry.function == kPmuLeaf || entry.function == kAmdPmuLeaf) {
      entry.eax = entry.ebx = entry.ecx = entry.edx = 0;
    } else if (entry.function == 0x80000001) {
      entry.ecx &= ~kAmdCounters;
    }
  }
}

absl::Status SetCpuid(const Vcpu& vcpu,
                      absl::Span<const kvm_cpuid_entry2> entries) {
  CpuidBuffer buffer(entries.size());
  std::copy(entries.begin(), entries.end(), buffer.entries());
  return EB_IOCTL(vcpu.fd(), KVM_SET_CPUID2, buffer.header(),
                  absl::StrCat(entries.size(), " entries"))
      .status();
}

absl::StatusOr<std::vector<kvm_cpuid_entry2>> GetCpuid(const Vcpu& vcpu) {
  CpuidBuffer buffer(kMostEntries);
  EB_RETURN_IF_ERROR(
      EB_IOCTL(vcpu.fd(), KVM_GET_CPUID2, buffer.header(), "").status());
  return buffer.ToVector();
}

}  // namespace exitbench
