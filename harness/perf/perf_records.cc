#include "harness/perf/perf_records.h"

#include <linux/perf_event.h>

#include <cstring>
#include <utility>

#include "base/status_macros.h"

namespace exitbench {
namespace {

// Takes a number from the front of `bytes`. Returns false if they are too few.
bool Take(absl::string_view& bytes, uint64_t& to) {
  if (bytes.size() < sizeof(to)) return false;
  std::memcpy(&to, bytes.data(), sizeof(to));
  bytes.remove_prefix(sizeof(to));
  return true;
}

absl::Status Damaged() {
  return absl::DataLossError("a record of the kernel's samples is damaged");
}

SampledMode ModeOf(uint16_t misc) {
  switch (misc & PERF_RECORD_MISC_CPUMODE_MASK) {
    case PERF_RECORD_MISC_KERNEL:
      return SampledMode::kKernel;
    case PERF_RECORD_MISC_USER:
      return SampledMode::kUser;
    case PERF_RECORD_MISC_GUEST_KERNEL:
    case PERF_RECORD_MISC_GUEST_USER:
      return SampledMode::kGuest;
    default:
      return SampledMode::kUnknown;
  }
}

absl::Status TakeSample(uint16_t misc, absl::string_view body,
                        PerfRecords& to) {
  PerfSample sample;
  sample.mode = ModeOf(misc);
  uint64_t length = 0;
  if (!Take(body, sample.address) || !Take(body, length) ||
      length > body.size() / sizeof(uint64_t)) {
    return Damaged();
  }
  // The chain has marks between addresses: whose addresses follow.
  bool of_kernel = false;
  for (uint64_t i = 0; i < length; ++i) {
    uint64_t address = 0;
    if (!Take(body, address)) return Damaged();
    if (address >= PERF_CONTEXT_MAX) {
      of_kernel = address == PERF_CONTEXT_KERNEL;
    } else if (of_kernel) {
      sample.chain.push_back(address);
    }
  }
  to.samples.push_back(std::move(sample));
  return absl::OkStatus();
}

}  // namespace

absl::Status ParsePerfRecords(absl::string_view bytes, PerfRecords& to) {
  while (!bytes.empty()) {
    perf_event_header header;
    if (bytes.size() < sizeof(header)) return Damaged();
    std::memcpy(&header, bytes.data(), sizeof(header));
    if (header.size < sizeof(header) || header.size > bytes.size()) {
      return Damaged();
    }
    absl::string_view body =
        bytes.substr(sizeof(header), header.size - sizeof(header));
    bytes.remove_prefix(header.size);
    uint64_t id = 0, lost = 0;
    switch (header.type) {
      case PERF_RECORD_SAMPLE:
        EB_RETURN_IF_ERROR(TakeSample(header.misc, body, to));
        break;
      case PERF_RECORD_LOST:
        if (!Take(body, id) || !Take(body, lost)) return Damaged();
        to.lost += lost;
        break;
      default:
        break;
    }
  }
  return absl::OkStatus();
}

}  // namespace exitbench
