#include "vmm/host/backend.h"

namespace exitbench {

absl::string_view BackendInfo::paging() const {
  if (!two_dimensional_paging) return "shadow";
  if (backend & kBackendArm) return "stage2";
  return backend == kBackendSvmNpt ? "npt" : "ept";
}

}  // namespace exitbench
