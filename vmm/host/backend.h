// Which KVM a host has: the module behind /dev/kvm and how it pages. The list
// is of all architectures, since results files and rows name backends.
#ifndef EXITBENCH_VMM_HOST_BACKEND_H_
#define EXITBENCH_VMM_HOST_BACKEND_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace exitbench {

// A module and how it pages. Bits, since a fact of a case names the set of
// backends that it holds on.
enum Backend : uint32_t {
  kBackendUnknown = 1u << 0,
  kBackendVmxEpt = 1u << 1,     // kvm_intel
  kBackendVmxShadow = 1u << 2,  // kvm_intel, ept=0
  kBackendSvmNpt = 1u << 3,     // kvm_amd
  kBackendSvmShadow = 1u << 4,  // kvm_amd, npt=0
  kBackendPvm = 1u << 5,        // kvm_pvm: shadow paging, kernel mode emulated
  // KVM of arm64. The host's kernel runs in EL2; or in EL1, and switches to EL2
  // for each entry; or in EL1, with its own memory protected from it too.
  kBackendArmVhe = 1u << 6,
  kBackendArmNvhe = 1u << 7,
  kBackendArmPkvm = 1u << 8,
  // Sets.
  kBackendVmx = kBackendVmxEpt | kBackendVmxShadow,
  kBackendSvm = kBackendSvmNpt | kBackendSvmShadow,
  kBackendArm = kBackendArmVhe | kBackendArmNvhe | kBackendArmPkvm,
};
inline constexpr uint32_t kAnyBackend = ~0u;
inline constexpr uint32_t kHardware = kBackendVmx | kBackendSvm | kBackendArm;
inline constexpr uint32_t kTwoDimensional =
    kBackendVmxEpt | kBackendSvmNpt | kBackendArm;
inline constexpr uint32_t kHardwareShadow =
    kBackendVmxShadow | kBackendSvmShadow;

struct BackendInfo {
  Backend backend = kBackendUnknown;  // One bit, never a set.
  // "kvm_intel". "unknown" if /sys names none, or several that could run.
  // "kvm_arm" on arm64, where KVM is no module.
  std::string module;
  // The processor translates guest-physical addresses (EPT, NPT, stage 2).
  // Otherwise KVM keeps shadow page tables.
  bool two_dimensional_paging = false;

  // Returns the module's name, and on arm64 how the host's kernel runs too:
  // "kvm_arm_vhe". Results files have it.
  std::string Name() const;
  // Returns "ept", "npt", "stage2" or "shadow".
  absl::string_view paging() const;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_HOST_BACKEND_H_
