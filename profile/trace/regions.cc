#include "profile/trace/regions.h"

#include <algorithm>
#include <map>
#include <utility>

#include "profile/words/word.h"

namespace exitbench {
namespace {

struct Stamp {
  size_t word = 0;
  bool rdtscp = false;
  bool fenced = false;  // RDTSC between two LFENCEs, as first stamps are.
};

using Regions = std::vector<Region>;

std::vector<Stamp> StampsOf(absl::Span<const uint64_t> words,
                            absl::Span<const Place> places, Domain domain) {
  std::vector<Stamp> stamps;
  for (size_t i = 0; i < words.size(); ++i) {
    if (!IsTscRead(words[i]) || places[i].domain != domain) continue;
    const bool rdtscp = ClassOf(words[i]) == EB_TRACE_RDTSCP;
    stamps.push_back({.word = i,
                      .rdtscp = rdtscp,
                      .fenced = !rdtscp && i > 0 && i + 1 < words.size() &&
                                ClassOf(words[i - 1]) == EB_TRACE_LFENCE &&
                                ClassOf(words[i + 1]) == EB_TRACE_LFENCE});
  }
  return stamps;
}

enum class Last { kRdtscp, kFirstPlain, kLastPlain };

// From each fenced stamp to one that comes before the next fenced stamp.
Regions FromFenced(const std::vector<Stamp>& stamps, Last which) {
  Regions regions;
  Region region;  // Without an end while `last` is 0.
  for (const Stamp& stamp : stamps) {
    if (stamp.fenced) {
      if (region.last > 0) regions.push_back(region);
      region = {stamp.word, 0};
    } else if (region.first > 0 && stamp.rdtscp == (which == Last::kRdtscp) &&
               !(which == Last::kFirstPlain && region.last > 0)) {
      region.last = stamp.word;
    }
  }
  if (region.last > 0) regions.push_back(region);
  return regions;
}

// To each RDTSCP from the read just before, by a handler.
Regions FromHandler(const std::vector<Stamp>& stamps) {
  Regions regions;
  for (size_t i = 1; i < stamps.size(); ++i) {
    if (stamps[i].rdtscp && !stamps[i - 1].rdtscp) {
      regions.push_back({stamps[i - 1].word, stamps[i].word});
    }
  }
  return regions;
}

// Where all stamps are of one kind.
Regions Pairs(const std::vector<Stamp>& stamps) {
  Regions regions;
  for (size_t i = 1; i < stamps.size(); i += 2) {
    regions.push_back({stamps[i - 1].word, stamps[i].word});
  }
  return regions;
}

// Returns whether all stamps are alike, as on arm64. Then only addresses tell
// what they are of.
bool Alike(const std::vector<Stamp>& stamps) {
  return std::none_of(stamps.begin(), stamps.end(), [](const Stamp& stamp) {
    return stamp.rdtscp || stamp.fenced;
  });
}

// For each pair of stamps' addresses the regions from the one to the first of
// the other, and those to the last of the other before the one comes again.
std::vector<Regions> ByAddresses(absl::Span<const uint64_t> words,
                                 const std::vector<Stamp>& stamps) {
  constexpr size_t kMostAddresses = 24;
  std::map<uint64_t, std::vector<size_t>> at;
  for (const Stamp& stamp : stamps) {
    at[AddressOf(words[stamp.word])].push_back(stamp.word);
  }
  std::vector<Regions> sets;
  if (at.size() > kMostAddresses) return sets;
  for (const auto& [first, firsts] : at) {
    for (const auto& [last, lasts] : at) {
      Regions to_first, to_last;
      for (size_t i = 0; i < firsts.size(); ++i) {
        const size_t end = i + 1 < firsts.size() ? firsts[i + 1] : words.size();
        const auto begin =
            std::upper_bound(lasts.begin(), lasts.end(), firsts[i]);
        const auto behind = std::lower_bound(begin, lasts.end(), end);
        if (first == last && i + 1 < firsts.size()) {
          to_first.push_back({firsts[i], firsts[i + 1]});
        } else if (begin != behind) {
          to_first.push_back({firsts[i], *begin});
          to_last.push_back({firsts[i], *(behind - 1)});
        }
      }
      sets.push_back(std::move(to_first));
      sets.push_back(std::move(to_last));
    }
  }
  return sets;
}

// Userspace has several pairs of stamps: each pair is a set.
std::vector<Regions> CallsOfHost(absl::Span<const uint64_t> words,
                                 const std::vector<Stamp>& stamps) {
  std::map<std::pair<uint64_t, uint64_t>, Regions> sets;
  for (const Region& region : FromFenced(stamps, Last::kRdtscp)) {
    sets[{AddressOf(words[region.first]), AddressOf(words[region.last])}]
        .push_back(region);
  }
  std::vector<Regions> all;
  for (auto& [addresses, regions] : sets) all.push_back(std::move(regions));
  return all;
}

}  // namespace

std::vector<std::vector<Region>> PossibleEvents(
    absl::Span<const uint64_t> words, absl::Span<const Place> places,
    absl::string_view metric) {
  if (metric == "call") {
    const std::vector<Stamp> stamps = StampsOf(words, places, Domain::kUser);
    return Alike(stamps) ? ByAddresses(words, stamps)
                         : CallsOfHost(words, stamps);
  }
  const std::vector<Stamp> stamps = StampsOf(words, places, Domain::kGuest);
  std::vector<Regions> sets;
  if (metric == "handler") sets.push_back(FromHandler(stamps));
  sets.push_back(FromFenced(stamps, Last::kRdtscp));
  sets.push_back(FromFenced(stamps, Last::kFirstPlain));
  sets.push_back(FromFenced(stamps, Last::kLastPlain));
  if (metric != "handler") sets.push_back(FromHandler(stamps));
  sets.push_back(Pairs(stamps));
  if (Alike(stamps)) {
    for (Regions& regions : ByAddresses(words, stamps)) {
      sets.push_back(std::move(regions));
    }
  }
  return sets;
}

std::vector<LegBegin> LegsOf(absl::Span<const uint64_t> words,
                             absl::Span<const Place> places,
                             const Region& region) {
  const std::vector<LegBegin> whole = {{region.first, Leg::kWhole}};
  std::vector<LegBegin> legs = {{region.first, Leg::kExit}};
  bool alike = true;
  for (size_t i = region.first; i < region.last; ++i) {
    alike &= ClassOf(words[i]) != EB_TRACE_RDTSCP;
  }
  for (size_t i = region.first; i < region.last; ++i) {
    if (!IsTscRead(words[i]) || places[i].domain != Domain::kUser) continue;
    const Leg before = legs.back().leg;
    if (ClassOf(words[i]) == EB_TRACE_RDTSCP ||
        (alike && before == Leg::kExit)) {
      if (before != Leg::kUserspace) legs.push_back({i, Leg::kUserspace});
    } else if (before == Leg::kUserspace) {
      legs.push_back({i, Leg::kEntry});
    } else if (before == Leg::kEntry) {
      // The one before was no stamp before KVM_RUN, but one after an answer.
      legs.back().first = i;
    } else {
      return whole;
    }
  }
  return legs.back().leg == Leg::kEntry ? legs : whole;
}

}  // namespace exitbench
