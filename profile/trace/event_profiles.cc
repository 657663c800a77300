#include "profile/trace/event_profiles.h"

#include <map>
#include <utility>

#include "profile/words/word.h"

namespace exitbench {

std::vector<EventProfile> ProfileEvents(const SymbolTable& symbols,
                                        absl::Span<const uint64_t> words,
                                        absl::Span<const Place> places,
                                        const std::vector<Region>& regions,
                                        bool legs, NodeStore& store,
                                        Walker::Statistics& statistics) {
  Walker walker(symbols, words, places);
  std::vector<EventProfile> events;
  size_t at = 0;
  for (const Region& region : regions) {
    walker.AddTo(nullptr);
    for (; at < region.first; ++at) walker.Step();
    EventProfile& event = events.emplace_back();
    // An event may come back to a leg.
    std::map<Leg, std::pair<CallTree, uint64_t>> trees;
    std::vector<LegBegin> begins = {{region.first, Leg::kWhole}};
    if (legs) begins = LegsOf(words, places, region);
    for (size_t leg = 0; leg < begins.size(); ++leg) {
      auto& [tree, sum] = trees[begins[leg].leg];
      walker.AddTo(&tree);
      const size_t end =
          leg + 1 < begins.size() ? begins[leg + 1].first : region.last;
      for (; at < end; ++at) {
        walker.Step();
        sum += !places[at].faulted;
        event.maybe_uncounted += places[at].maybe_uncounted;
        event.idle |= ClassOf(words[at]) == EB_TRACE_HLT &&
                      places[at].domain == Domain::kKernel;
      }
    }
    for (auto& [leg, tree] : trees) {
      event.legs.push_back({leg, store.Intern(tree.first, 1)});
      event.leg_words.push_back(tree.second);
      event.words += tree.second;
    }
  }
  // Until the end, for the statistics.
  walker.AddTo(nullptr);
  for (; at < words.size(); ++at) walker.Step();
  statistics += walker.statistics();
  return events;
}

}  // namespace exitbench
