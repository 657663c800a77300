#include "cases/support/touch.h"

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace exitbench {
void TouchEvery(Machine& machine, uint64_t stride_bytes) {
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = EB_DATA_GPA;
  block.args[1] = stride_bytes;
}

absl::Status PrepareTouches(Machine& machine) {
  TouchEvery(machine, kTouchStrideBytes);
  return absl::OkStatus();
}

absl::Status PrepareBackedTouches(Machine& machine) {
  TouchEvery(machine, kTouchStrideBytes);
  machine.data().PopulateStride(kTouchStrideBytes);
  return absl::OkStatus();
}

absl::Status NeverTouched(Machine& machine, uint32_t) {
  EB_RETURN_IF_ERROR(machine.data().Renew());
  EB_ASSIGN_OR_RETURN(const uint64_t pages,
                      machine.data().ResidentPages(kPageBytes));
  if (pages == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("the host has ", pages, " pages that were to be unbacked"));
}

absl::Status NewHostPages(Machine& machine, uint32_t) {
  EB_RETURN_IF_ERROR(machine.data().Discard());
  machine.data().PopulateStride(kTouchStrideBytes);
  EB_ASSIGN_OR_RETURN(const uint64_t pages,
                      machine.data().ResidentPages(kTouchStrideBytes));
  const uint64_t all = machine.data().bytes() / kTouchStrideBytes;
  if (pages == all) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      "the host backs ", pages, " pages of ", all, " that were to be backed"));
}

}  // namespace exitbench
