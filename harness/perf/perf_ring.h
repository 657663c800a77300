// The ring into which the kernel writes the records of an event.
#ifndef EXITBENCH_HARNESS_PERF_PERF_RING_H_
#define EXITBENCH_HARNESS_PERF_PERF_RING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/owned.h"
#include "harness/perf/perf_event.h"

namespace exitbench {

// As much as any user may lock for each CPU by default
// (kernel.perf_event_mlock_kb), less the page before the ring.
inline constexpr size_t kRingBytes = size_t{512} << 10;

// Owns the mapping. The event may be closed before it. Move-only.
class PerfRing {
 public:
  static absl::StatusOr<PerfRing> Map(const PerfEvent& event);

  // Returns all records that have not been taken yet, and makes room for new
  // ones. kDataLoss: the ring is damaged.
  absl::StatusOr<std::string> Take();

 private:
  explicit PerfRing(Mapping mapping) : mapping_(std::move(mapping)) {}

  Mapping mapping_;
};

// Returns the bytes of `ring` from `tail` to `head`. Both count on for ever.
// kDataLoss: there are more than the ring can hold.
absl::StatusOr<std::string> UnrollRing(absl::string_view ring, uint64_t tail,
                                       uint64_t head);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PERF_PERF_RING_H_
