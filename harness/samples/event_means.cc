#include "harness/samples/event_means.h"

#include <algorithm>
#include <cmath>

namespace exitbench {
namespace {

double Span(uint64_t from, uint64_t to) {
  return static_cast<double>(static_cast<int64_t>(to - from));
}

// Returns how many events of `event_ticks` a group has, of at most `most`.
uint32_t GroupEvents(double event_ticks, double quantum_ticks, uint32_t most) {
  if (!(event_ticks > 0)) return most;
  const double wanted =
      std::ceil(quantum_ticks / (kMostStepOfGroup * event_ticks));
  return static_cast<uint32_t>(std::clamp<double>(wanted, 1, most));
}

// Makes room once, so that no page faults while events are measured.
void Reserve(Samples& samples) {
  if (samples.raw.capacity() >= kMaxSamples) return;
  samples.raw.resize(kMaxSamples);
  samples.raw.clear();
}

}  // namespace

void EventMeans::Clear() {
  spans.Clear();
  means.Clear();
  gap_ticks = 0;
  gaps = 0;
}

void EventMeans::AddBatch(const GuestStamp* stamps, uint32_t events,
                          double quantum_ticks, const KeptEvents& kept,
                          uint64_t first_event) {
  Reserve(spans);
  Reserve(means);
  if (events == 1) {
    means.Add(Span(stamps[0].before_ticks, stamps[0].after_ticks),
              kept.Has(first_event));
    return;
  }
  const double batch_ticks =
      Span(stamps[0].before_ticks, stamps[events - 1].before_ticks);
  const uint32_t group =
      GroupEvents(batch_ticks / (events - 1), quantum_ticks, events - 1);
  double gap_of_batch = 0;
  for (uint32_t begin = 0; begin + group < events; begin += group) {
    double between = 0;
    for (uint32_t i = begin; i < begin + group; ++i) {
      between += Span(stamps[i].before_ticks, stamps[i].after_ticks);
    }
    const double span =
        Span(stamps[begin].before_ticks, stamps[begin + group].before_ticks);
    const bool keep = kept.Has(first_event + begin);
    spans.Add(span / group, keep);
    means.Add(between / group, keep);
    gap_of_batch += span - between;
    gaps += group;
  }
  gap_ticks += gap_of_batch;
}

bool SpansTellTheEvent(const EventMeans& event, const EventMeans& control,
                       double most_gap_ticks) {
  return !event.spans.raw.empty() && !control.spans.raw.empty() &&
         event.GapTicks() <= most_gap_ticks &&
         control.GapTicks() <= most_gap_ticks;
}

}  // namespace exitbench
