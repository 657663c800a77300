// A machine with a case's payload loaded and the case's own preparation done.
#ifndef EXITBENCH_HARNESS_SETTINGS_PREPARE_H_
#define EXITBENCH_HARNESS_SETTINGS_PREPARE_H_

#include "absl/status/statusor.h"
#include "cases/catalogue/catalogue.h"
#include "guest_blobs/blob.h"
#include "vmm/kvm.h"
#include "vmm/machine.h"

namespace exitbench {

// What `instance` runs with stamps of `kind`: its own payload or that of its
// host loop; with `control` the twin.
const BlobImage& ImageOf(const CaseInstance& instance, StampKind kind,
                         bool control);

// `kvm` outlives the machine.
absl::StatusOr<Machine> PrepareMachine(const Kvm& kvm,
                                       const CaseInstance& instance,
                                       const BlobImage& image);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_PREPARE_H_
