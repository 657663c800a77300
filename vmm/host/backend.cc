#include "vmm/host/backend.h"

namespace exitbench {

std::string BackendInfo::Name() const {
  switch (backend) {
    case kBackendArmVhe:
      return module + "_vhe";
    case kBackendArmNvhe:
      return module + "_nvhe";
    case kBackendArmPkvm:
      return module + "_pkvm";
    default:
      return module;
  }
}

absl::string_view BackendInfo::paging() const {
  if (!two_dimensional_paging) return "shadow";
  if (backend & kBackendArm) return "stage2";
  return backend == kBackendSvmNpt ? "npt" : "ept";
}

}  // namespace exitbench
