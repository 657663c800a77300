// Makes a machine with a case's payload loaded and the case's preparation done.
#ifndef EXITBENCH_HARNESS_SETTINGS_PREPARE_H_
#define EXITBENCH_HARNESS_SETTINGS_PREPARE_H_

#include "absl/status/statusor.h"
#include "cases/catalogue/catalogue.h"
#include "guest_blobs/blob.h"
#include "vmm/kvm.h"
#include "vmm/machine.h"

namespace exitbench {

// Returns the image that `instance` runs with stamps of `kind`: of its payload,
// or of what its host loop has the vCPU run. With `control` it is the control.
const BlobImage& ImageOf(const CaseInstance& instance, StampKind kind,
                         bool control);

// Makes a machine with `image`, calls the row's `prepare`, and checks the
// backing of case memory. `kvm` outlives the machine.
absl::StatusOr<Machine> PrepareMachine(const Kvm& kvm,
                                       const CaseInstance& instance,
                                       const BlobImage& image);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_PREPARE_H_
