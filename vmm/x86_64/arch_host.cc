#include "vmm/arch_host.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "vmm/x86_64/arch_kvm.h"
#include "vmm/x86_64/detect_backend.h"
#include "vmm/x86_64/features.h"
#include "vmm/x86_64/host_cpuid.h"

namespace exitbench {
namespace {

absl::StatusOr<std::vector<kvm_cpuid_entry2>> SupportedCpuid(int fd) {
  for (uint32_t entries = 128; entries <= 4096; entries *= 2) {
    std::vector<uint8_t> buffer(sizeof(kvm_cpuid2) +
                                entries * sizeof(kvm_cpuid_entry2));
    auto* cpuid = reinterpret_cast<kvm_cpuid2*>(buffer.data());
    cpuid->nent = entries;
    absl::StatusOr<int> result = EB_IOCTL(fd, KVM_GET_SUPPORTED_CPUID, cpuid,
                                          absl::StrCat("nent ", entries));
    if (!result.ok() && errno == E2BIG) continue;
    EB_RETURN_IF_ERROR(result.status());
    const auto* first = reinterpret_cast<const kvm_cpuid_entry2*>(
        buffer.data() + sizeof(kvm_cpuid2));
    return std::vector<kvm_cpuid_entry2>(first, first + cpuid->nent);
  }
  return absl::InternalError("KVM_GET_SUPPORTED_CPUID wants over 4096 entries");
}

}  // namespace

BackendInfo HostBackend() { return DetectBackend(ReadHostCpuid()); }

FeatureSet HostFeatures(const BackendInfo& backend, int) {
  return DetectFeatures(ThisHost(backend));
}

absl::StatusOr<std::shared_ptr<const ArchKvm>> ReadArchKvm(int kvm_fd) {
  EB_ASSIGN_OR_RETURN(std::vector<kvm_cpuid_entry2> cpuid,
                      SupportedCpuid(kvm_fd));
  return std::make_shared<const ArchKvm>(ArchKvm{std::move(cpuid)});
}

bool ArchKvm::HasBit(uint32_t function, int reg, int bit) const {
  for (const kvm_cpuid_entry2& entry : cpuid) {
    if (entry.function != function || entry.index != 0) continue;
    const uint32_t registers[] = {entry.eax, entry.ebx, entry.ecx, entry.edx};
    return (registers[reg] >> bit) & 1;
  }
  return false;
}

unsigned long VmType(const ArchKvm&) { return 0; }

absl::string_view NoKvmAdvice() {
  return "load kvm_intel or kvm_amd, enable virtualization in the firmware";
}

int ModeNumber(GuestMode mode) { return mode == kKernelMode ? 0 : 3; }

absl::string_view ModeName(GuestMode mode) {
  return mode == kKernelMode ? "ring 0" : "ring 3";
}

absl::string_view ModeSuffix(GuestMode mode) {
  return mode == kKernelMode ? "" : ".ring3";
}

}  // namespace exitbench
