// The profile of each event of a batch.
#ifndef EXITBENCH_PROFILE_TRACE_EVENT_PROFILES_H_
#define EXITBENCH_PROFILE_TRACE_EVENT_PROFILES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "profile/model/profile.h"
#include "profile/trace/regions.h"
#include "profile/walk/node_store.h"
#include "profile/walk/places.h"
#include "profile/walk/walker.h"

namespace exitbench {

struct EventProfile {
  std::vector<LegProfile> legs;     // Each leg once, in the order of Leg.
  uint64_t words = 0;               // The sum of all self.
  uint64_t maybe_uncounted = 0;     // Of these: see Place.
  std::vector<uint64_t> leg_words;  // Of each leg.
  bool idle = false;                // The host halted.

  // Two events of one profile.
  bool SameAs(const EventProfile& other) const { return legs == other.legs; }
};

// Returns the profiles of `regions`, with their nodes in `store`. With `legs`
// guest events have legs. Adds to `statistics`.
std::vector<EventProfile> ProfileEvents(const SymbolTable& symbols,
                                        absl::Span<const uint64_t> words,
                                        absl::Span<const Place> places,
                                        const std::vector<Region>& regions,
                                        bool legs, NodeStore& store,
                                        Walker::Statistics& statistics);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_TRACE_EVENT_PROFILES_H_
