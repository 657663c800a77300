// Whether a guest that writes at a given rate came near that rate.
#ifndef EXITBENCH_CASES_SUPPORT_WRITER_SHARE_H_
#define EXITBENCH_CASES_SUPPORT_WRITER_SHARE_H_

#include <cstdint>

#include "absl/status/status.h"

namespace exitbench {

// How far a writer that paces itself came.
struct WriterShare {
  uint64_t written = 0;
  uint64_t harvested = 0;
  double elapsed_ms = 0;   // CLOCK_MONOTONIC.
  double ran_ms = 0;       // CPU time of its thread.
  double ms_per_page = 0;  // Its pause, and what a store takes.
};

// Returns OK if the writer wrote a fair part of what it could, and that was
// found dirty.
//
// kInternal if it is less than a quarter of what it could while its thread ran:
// its clock is off, or its stores go elsewhere. It was seen at 0.4 to 1.5 of
// that on emulated hosts, where one CPU is shared with the host, and on a busy
// machine.
//
// kUnavailable if it is less than a tenth of what it could in all that time:
// the thread got no CPU, and the case would measure a guest that hardly writes.
// A busy machine was seen to leave it a quarter.
absl::Status CheckWriterShare(const WriterShare& share);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_WRITER_SHARE_H_
