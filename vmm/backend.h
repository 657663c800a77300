// Which KVM this host has: the module behind /dev/kvm and how it pages.
#ifndef EXITBENCH_VMM_BACKEND_H_
#define EXITBENCH_VMM_BACKEND_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace exitbench {

// A set of these says on which backends a fact of a case holds.
enum Backend : uint32_t {
  kBackendUnknown = 1u << 0,
  kBackendVmx = 1u << 1,  // kvm_intel
  kBackendSvm = 1u << 2,  // kvm_amd
  kBackendPvm = 1u << 3,  // kvm_pvm: shadow paging, ring 0 emulated
};
inline constexpr uint32_t kAnyBackend = ~0u;
inline constexpr uint32_t kHardware = kBackendVmx | kBackendSvm;

struct BackendInfo {
  Backend backend = kBackendUnknown;
  std::string module;  // "kvm_intel"; "unknown" if /sys does not say.
  // Second-level paging is on (EPT, NPT); else KVM shadows page tables.
  bool two_dimensional_paging = false;

  // "ept", "npt" or "shadow".
  absl::string_view paging() const;
};

// Reads /sys/module (`sys_module` in tests).
BackendInfo DetectBackend(const std::string& sys_module = "/sys/module");

}  // namespace exitbench

#endif  // EXITBENCH_VMM_BACKEND_H_
