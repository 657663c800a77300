// Which KVM a host has: the module behind /dev/kvm and how it pages. All that
// there are, on any architecture: results files and rows name them.
#ifndef EXITBENCH_VMM_BACKEND_H_
#define EXITBENCH_VMM_BACKEND_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace exitbench {

// A module and how it pages. A set of these says on which backends a fact of a
// case holds.
enum Backend : uint32_t {
  kBackendUnknown = 1u << 0,
  kBackendVmxEpt = 1u << 1,     // kvm_intel
  kBackendVmxShadow = 1u << 2,  // kvm_intel, ept=0
  kBackendSvmNpt = 1u << 3,     // kvm_amd
  kBackendSvmShadow = 1u << 4,  // kvm_amd, npt=0
  kBackendPvm = 1u << 5,        // kvm_pvm: shadow paging, ring 0 emulated
  // Sets.
  kBackendVmx = kBackendVmxEpt | kBackendVmxShadow,
  kBackendSvm = kBackendSvmNpt | kBackendSvmShadow,
};
inline constexpr uint32_t kAnyBackend = ~0u;
inline constexpr uint32_t kHardware = kBackendVmx | kBackendSvm;
inline constexpr uint32_t kTwoDimensional = kBackendVmxEpt | kBackendSvmNpt;
inline constexpr uint32_t kHardwareShadow =
    kBackendVmxShadow | kBackendSvmShadow;

struct BackendInfo {
  Backend backend = kBackendUnknown;  // One bit, never a set.
  // "kvm_intel"; "unknown" if /sys does not say, or names several that could
  // each be the one that runs.
  std::string module;
  // Second-level paging is on (EPT, NPT); else KVM shadows page tables.
  bool two_dimensional_paging = false;

  // "ept", "npt" or "shadow".
  absl::string_view paging() const;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_BACKEND_H_
