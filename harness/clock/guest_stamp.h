// How payloads read the clock. The architecture defines it
// (harness/clock/x86_64/guest_stamp.cc).
#ifndef EXITBENCH_HARNESS_CLOCK_GUEST_STAMP_H_
#define EXITBENCH_HARNESS_CLOCK_GUEST_STAMP_H_

#include "guest_blobs/blob.h"
#include "vmm/kvm.h"

namespace exitbench {

// Returns whether guests of this host have the instructions that stamps of
// `kind` are made of.
bool GuestHasStamp(const Kvm& kvm, StampKind kind);

// Returns the instructions before and after the event, for results files.
const char* GuestStampText(StampKind kind);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_CLOCK_GUEST_STAMP_H_
