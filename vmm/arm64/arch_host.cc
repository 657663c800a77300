#include "vmm/arch_host.h"

#include "base/sys.h"
#include "vmm/arm64/arch_kvm.h"
#include "vmm/arm64/arm_uapi.h"
#include "vmm/arm64/detect_backend.h"
#include "vmm/arm64/features.h"
#include "vmm/arm64/host_texts.h"

namespace exitbench {
namespace {

// What a VM of type 0 has.
constexpr int kUsualIpaBits = 40;

}  // namespace

BackendInfo HostBackend() { return DetectBackend(ReadHostTexts()); }

FeatureSet HostFeatures(const BackendInfo&, int kvm_fd) {
  return DetectFeatures(ThisHost(kvm_fd));
}

std::string HypervisorSignature() { return HypervisorName(ReadHostTexts()); }

absl::StatusOr<std::shared_ptr<const ArchKvm>> ReadArchKvm(int kvm_fd) {
  const int bits =
      sys::Ioctl(kvm_fd, "KVM_CHECK_EXTENSION", KVM_CHECK_EXTENSION,
                 static_cast<unsigned long>(KVM_CAP_ARM_VM_IPA_SIZE));
  return std::make_shared<const ArchKvm>(ArchKvm{bits > 0 ? bits : 0});
}

// Some processors have fewer bits than type 0 asks for.
unsigned long VmType(const ArchKvm& arch) {
  if (arch.ipa_bits == 0 || arch.ipa_bits >= kUsualIpaBits) return 0;
  return KVM_VM_TYPE_ARM_IPA_SIZE(static_cast<unsigned long>(arch.ipa_bits));
}

absl::string_view NoKvmAdvice() {
  return "boot a kernel that has KVM, in EL2 (dmesg says why it has none)";
}

int ModeNumber(GuestMode mode) { return mode == kKernelMode ? 1 : 0; }

absl::string_view ModeName(GuestMode mode) {
  return mode == kKernelMode ? "EL1" : "EL0";
}

absl::string_view ModeSuffix(GuestMode mode) {
  return mode == kKernelMode ? "" : ".el0";
}

}  // namespace exitbench
