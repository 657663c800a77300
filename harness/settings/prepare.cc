#include "harness/settings/prepare.h"

#include "base/status_macros.h"
#include "guest_blobs/payloads.h"
#include "harness/settings/host_pages.h"

namespace exitbench {

const BlobImage& ImageOf(const CaseInstance& instance, StampKind kind,
                         bool control) {
  const Case& row = *instance.row;
  const GuestBlob* blob = row.blob;
  if (blob == nullptr) blob = row.host_loop.guest;
  if (blob == nullptr) blob = &blobs::doorbell;
  const int i = static_cast<int>(kind);
  return control ? blob->control[i] : blob->event[i];
}

absl::StatusOr<Machine> PrepareMachine(const Kvm& kvm,
                                       const CaseInstance& instance,
                                       const BlobImage& image) {
  EB_ASSIGN_OR_RETURN(Machine machine, Machine::Create(kvm, instance.row->shape,
                                                       instance.mode, image));
  if (instance.row->prepare != nullptr) {
    EB_RETURN_IF_ERROR(instance.row->prepare(machine));
  }
  EB_RETURN_IF_ERROR(CheckHugeBacking(machine));
  return machine;
}

}  // namespace exitbench
