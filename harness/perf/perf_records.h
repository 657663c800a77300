// Records that the kernel writes into the ring of an event.
#ifndef EXITBENCH_HARNESS_PERF_PERF_RECORDS_H_
#define EXITBENCH_HARNESS_PERF_PERF_RECORDS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// Where the CPU was when a sample was taken.
enum class SampledMode { kKernel, kUser, kGuest, kUnknown };

struct PerfSample {
  SampledMode mode = SampledMode::kUnknown;
  uint64_t address = 0;
  // Of kernel code: `address`, then where each caller goes on. Empty where the
  // kernel could not tell.
  std::vector<uint64_t> chain;
};

struct PerfRecords {
  std::vector<PerfSample> samples;
  uint64_t lost = 0;  // The ring was full.
};

// Parses whole records of an event that samples PERF_SAMPLE_IP and
// PERF_SAMPLE_CALLCHAIN, and adds them to `to`. Records of other kinds are
// skipped. kDataLoss: a record is damaged. Those before it are added.
absl::Status ParsePerfRecords(absl::string_view bytes, PerfRecords& to);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PERF_PERF_RECORDS_H_
