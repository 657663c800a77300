#include "harness/perf/perf_ring.h"

#include <linux/perf_event.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "base/sys.h"

namespace exitbench {

absl::StatusOr<PerfRing> PerfRing::Map(const PerfEvent& event) {
  const size_t bytes = kRingBytes + static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* const at = sys::Map(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                            event.fd(), 0);
  if (at == MAP_FAILED) {
    return absl::ErrnoToStatus(
        errno, "mmap of the ring of samples (kernel.perf_event_mlock_kb)");
  }
  return PerfRing(Mapping(at, bytes));
}

absl::StatusOr<std::string> PerfRing::Take() {
  auto* const page = reinterpret_cast<perf_event_mmap_page*>(mapping_.begin());
  const uint64_t head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
  const absl::string_view ring(reinterpret_cast<const char*>(mapping_.begin()) +
                                   mapping_.bytes() - kRingBytes,
                               kRingBytes);
  EB_ASSIGN_OR_RETURN(std::string bytes,
                      UnrollRing(ring, page->data_tail, head));
  // The kernel may write over them from here on.
  __atomic_store_n(&page->data_tail, head, __ATOMIC_RELEASE);
  return bytes;
}

absl::StatusOr<std::string> UnrollRing(absl::string_view ring, uint64_t tail,
                                       uint64_t head) {
  if (head - tail > ring.size()) {
    return absl::DataLossError("the ring of samples is damaged");
  }
  const size_t bytes = static_cast<size_t>(head - tail);
  const size_t begin = static_cast<size_t>(tail % ring.size());
  const size_t first = std::min(bytes, ring.size() - begin);
  std::string unrolled(ring.substr(begin, first));
  unrolled.append(ring.data(), bytes - first);
  return unrolled;
}

}  // namespace exitbench
