// Finds the events of a batch: what was executed between two stamps.
#ifndef EXITBENCH_PROFILE_TRACE_REGIONS_H_
#define EXITBENCH_PROFILE_TRACE_REGIONS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "profile/model/profile.h"
#include "profile/walk/places.h"

namespace exitbench {

// Words from `first` on, before `last`. Both are reads of the TSC. An
// instruction is counted from its begin on, so the first one's is in it and the
// last one's is not.
struct Region {
  size_t first = 0;
  size_t last = 0;
};

// A part of a region from word `first` on.
struct LegBegin {
  size_t first = 0;
  Leg leg = Leg::kWhole;
};

// Returns sets of regions that may be the events of `metric`, the likelier ones
// first. A trace does not say which reads of the TSC are stamps: payloads may
// read it within the event, and handlers have stamps of their own. Only the
// figure tells. The regions of each set are in order and do not overlap.
std::vector<std::vector<Region>> PossibleEvents(
    absl::Span<const uint64_t> words, absl::Span<const Place> places,
    absl::string_view metric);

// Returns where the legs of a guest's event begin: the exit, what userspace
// does from its stamp after KVM_RUN to that before, and the entry. One whole if
// userspace has no such stamps in it.
std::vector<LegBegin> LegsOf(absl::Span<const uint64_t> words,
                             absl::Span<const Place> places,
                             const Region& region);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_TRACE_REGIONS_H_
