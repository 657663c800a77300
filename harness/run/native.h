// Runs a guest's payload in our own process, for what the same work costs
// without a VM.
//
// It is the same binary on the same host memory: args[] that point into case
// memory are moved to where that lies in this process. The doorbell, which no
// process of Linux may ring, ends a batch by the signal it raises.
#ifndef EXITBENCH_HARNESS_RUN_NATIVE_H_
#define EXITBENCH_HARNESS_RUN_NATIVE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "cases/case.h"
#include "guest_blobs/blob.h"
#include "harness/samples/samples.h"
#include "vmm/machine.h"

namespace exitbench {

// Adds the ticks of `events` events to `ticks`, after a batch to warm up.
// `image` is one of `row`'s, which must say `native`; `machine` is one prepared
// for it, whose vCPU is not running. Its hooks before batches are called as for
// the guest. Not for use by several threads at a time.
// kUnimplemented: the payload took an exception that it takes no VM for.
absl::Status RunNative(Machine& machine, const Case& row,
                       const BlobImage& image, uint32_t events, uint32_t batch,
                       Samples& ticks);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_NATIVE_H_
