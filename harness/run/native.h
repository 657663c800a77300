// Runs a payload in this process, to measure what its work costs without a VM.
//
// The payload and its case memory are those that the guest uses. Arguments that
// point into case memory are changed to its address in this process. A process
// may not ring the doorbell: the signal that this raises ends the batch.
#ifndef EXITBENCH_HARNESS_RUN_NATIVE_H_
#define EXITBENCH_HARNESS_RUN_NATIVE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "cases/case.h"
#include "guest_blobs/blob.h"
#include "harness/samples/samples.h"
#include "vmm/machine.h"

namespace exitbench {

// Runs a batch to warm up and then `events` events, and adds their ticks to
// `ticks`. `row` has `native` set and `image` is one of its images. `machine`
// was prepared for it, and its vCPU is not running. The row's hook before
// batches is called as for the guest. Only one thread may be in this function.
// kUnimplemented: the payload raised an exception, which the message names.
absl::Status RunNative(Machine& machine, const Case& row,
                       const BlobImage& image, uint32_t events, uint32_t batch,
                       Samples& ticks);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_NATIVE_H_
