#include "harness/perf/sampler.h"

#include <utility>

#include "base/status_macros.h"

namespace exitbench {
namespace {

// About 10,000 samples in a second of CPU time. Primes keep in step with no
// loop.
constexpr uint64_t kCycles = 250'007;
constexpr uint64_t kNanoseconds = 99'991;

perf_event_attr AttributesOf(const SampleClock& clock, bool inherit) {
  perf_event_attr a =
      clock.nmi ? PerfAttributes(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES)
                : PerfAttributes(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK);
  a.sample_period = clock.period;
  a.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_CALLCHAIN;
  // Of userspace and of guests one address says enough.
  a.exclude_callchain_user = 1;
  a.exclude_guest = 1;
  a.inherit = inherit ? 1 : 0;
  return a;
}

}  // namespace

absl::StatusOr<Sampler> Sampler::OpenWith(const SampleClock& clock,
                                          const std::vector<int>& cpus) {
  Sampler sampler(clock);
  // The kernel maps no ring for an event that is inherited and on every CPU.
  const bool pinned = !cpus.empty();
  for (const int cpu : pinned ? cpus : std::vector<int>{-1}) {
    EB_ASSIGN_OR_RETURN(PerfEvent event,
                        PerfEvent::Open(AttributesOf(clock, pinned), cpu));
    EB_ASSIGN_OR_RETURN(PerfRing ring, PerfRing::Map(event));
    sampler.on_cpus_.push_back({std::move(event), std::move(ring)});
  }
  return sampler;
}

absl::StatusOr<Sampler> Sampler::Open(const std::vector<int>& cpus) {
  absl::StatusOr<Sampler> by_nmi =
      OpenWith({.name = "cycles", .nmi = true, .period = kCycles}, cpus);
  if (!absl::IsUnimplemented(by_nmi.status())) return by_nmi;
  return OpenWith({.name = "cpu-clock", .period = kNanoseconds}, cpus);
}

void Sampler::Enter() {
  for (const OnCpu& on_cpu : on_cpus_) on_cpu.event.Enable();
}

void Sampler::Leave() {
  for (const OnCpu& on_cpu : on_cpus_) on_cpu.event.Disable();
}

absl::Status Sampler::Take(PerfRecords& to) {
  for (OnCpu& on_cpu : on_cpus_) {
    EB_ASSIGN_OR_RETURN(const std::string bytes, on_cpu.ring.Take());
    EB_RETURN_IF_ERROR(ParsePerfRecords(bytes, to));
  }
  return absl::OkStatus();
}

}  // namespace exitbench
