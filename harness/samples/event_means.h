// The time of an event where the clock is coarse, from the stamps of many.
//
// Two stamps around one event are both rounded down to the clock's step. If an
// event takes few steps, the interquartile mean of such times is off by up to a
// quarter of a step. The time of many events in a row has the same two
// roundings only once, so its part for one event is as good as exact.
#ifndef EXITBENCH_HARNESS_SAMPLES_EVENT_MEANS_H_
#define EXITBENCH_HARNESS_SAMPLES_EVENT_MEANS_H_

#include <cstdint>

#include "guest_blobs/abi.h"
#include "harness/samples/samples.h"

namespace exitbench {

// The most that the clock's step may be of the time of a group of events.
inline constexpr double kMostStepOfGroup = 1e-3;

// The mean time of an event, for each of many groups of events.
struct EventMeans {
  void Clear();

  // Adds the groups of a batch, which are as large as the clock's step
  // `quantum_ticks` needs. `kept` chooses the groups whose samples are kept, by
  // their first event; `first_event` is the batch's first event in the run.
  void AddBatch(const GuestStamp* stamps, uint32_t events, double quantum_ticks,
                const KeptEvents& kept, uint64_t first_event);

  // Returns the mean time from the last stamp of an event to the first of the
  // next.
  double GapTicks() const {
    return gaps == 0 ? 0 : gap_ticks / static_cast<double>(gaps);
  }

  // From the first stamp of a group to the first of the next: events with the
  // payload's loop.
  Samples spans;
  // Between the stamps around each event.
  Samples means;
  double gap_ticks = 0;
  uint64_t gaps = 0;
};

// Returns whether the spans of an event and of its control differ by the event
// alone: nothing between events takes longer than `most_gap_ticks`. A payload
// may wait there.
bool SpansTellTheEvent(const EventMeans& event, const EventMeans& control,
                       double most_gap_ticks);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SAMPLES_EVENT_MEANS_H_
