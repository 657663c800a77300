#include "profile/trace/case_profile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace exitbench {
namespace {

// The events of one profile.
struct Alike {
  const EventProfile* event = nullptr;
  uint32_t events = 0;
};

std::vector<Alike> GroupAlike(const std::vector<EventProfile>& events) {
  std::vector<Alike> groups;
  // Legs in one order, so that they compare as lists of indices.
  std::map<std::vector<uint32_t>, size_t> known;
  for (const EventProfile& event : events) {
    std::vector<uint32_t> key;
    for (const LegProfile& leg : event.legs) {
      key.push_back(static_cast<uint32_t>(leg.leg));
      key.push_back(static_cast<uint32_t>(leg.roots.size()));
      key.insert(key.end(), leg.roots.begin(), leg.roots.end());
    }
    const auto [at, added] = known.emplace(std::move(key), groups.size());
    if (added) groups.push_back({&event, 0});
    ++groups[at->second].events;
  }
  return groups;
}

// Returns whether the legs are those of the results file, which has the
// instructions that exit in none of them.
bool LegsAgree(const EventProfile& event, const CaseFigures& figures) {
  for (size_t i = 0; i < event.legs.size(); ++i) {
    std::optional<double> figure;
    if (event.legs[i].leg == Leg::kExit) figure = figures.exit_leg;
    if (event.legs[i].leg == Leg::kUserspace) figure = figures.userspace;
    if (event.legs[i].leg == Leg::kEntry) figure = figures.entry_leg;
    if (figure.has_value() &&
        !IsFigure(event.leg_words[i], event.maybe_uncounted, *figure)) {
      return false;
    }
  }
  return true;
}

std::vector<LegProfile> Whole(const std::vector<LegProfile>& legs,
                              NodeStore& store) {
  if (legs.size() == 1 && legs[0].leg == Leg::kWhole) return legs;
  CallTree tree;
  for (const LegProfile& leg : legs) store.AddTo(leg.roots, tree);
  return {{Leg::kWhole, store.Intern(tree, 1)}};
}

using Events = std::vector<const EventProfile*>;

double Mean(const Events& events, uint64_t EventProfile::*field) {
  double sum = 0;
  for (const EventProfile* event : events) {
    sum += static_cast<double>(event->*field);
  }
  return sum / static_cast<double>(events.size());
}

// Returns those without the shortest quarter and the longest.
Events MiddleHalf(const std::vector<EventProfile>& all) {
  Events events;
  for (const EventProfile& event : all) events.push_back(&event);
  std::stable_sort(events.begin(), events.end(),
                   [](const EventProfile* a, const EventProfile* b) {
                     return a->words < b->words;
                   });
  const auto quarter = static_cast<ptrdiff_t>(events.size() / 4);
  return {events.begin() + quarter, events.end() - quarter};
}

// Makes `profile` the mean of the middle half. Returns false if that is not the
// figure.
bool MeanProfile(const std::vector<EventProfile>& all,
                 const CaseFigures& figures, NodeStore& store,
                 CaseProfile& profile) {
  const Events events = MiddleHalf(all);
  const double words = Mean(events, &EventProfile::words);
  const double uncounted = std::clamp(
      words - figures.iqm, 0.0, Mean(events, &EventProfile::maybe_uncounted));
  if (std::abs(words - uncounted - figures.iqm) >
      kMeanTolerance * figures.iqm) {
    return false;
  }
  profile.figure = figures.iqm;
  profile.uncounted = uncounted;
  std::map<Leg, CallTree> trees;
  for (const EventProfile* event : events) {
    for (const LegProfile& leg : event->legs) {
      store.AddTo(leg.roots, trees[leg.leg]);
    }
  }
  for (const auto& [leg, tree] : trees) {
    profile.legs.push_back(
        {leg, store.Intern(tree, static_cast<double>(events.size()))});
  }
  // An event that has no legs among others that do.
  if (trees.size() > 1 && trees.count(Leg::kWhole) > 0) {
    profile.legs = Whole(profile.legs, store);
  }
  return true;
}

std::string WhyNot(const std::vector<EventProfile>& events,
                   const CaseFigures& figures, bool idle) {
  const auto [least, most] =
      std::minmax_element(events.begin(), events.end(),
                          [](const EventProfile& a, const EventProfile& b) {
                            return a.words < b.words;
                          });
  std::string range = absl::StrCat(least->words);
  if (most->words > least->words) absl::StrAppend(&range, " to ", most->words);
  return absl::StrFormat("%sits %s %s instructions, the results file has %g",
                         idle ? "the host idled: " : "",
                         events.size() == 1
                             ? "event has"
                             : absl::StrCat(events.size(), " events have"),
                         range, figures.median);
}

}  // namespace

bool IsFigure(uint64_t words, uint64_t maybe_uncounted, double figure) {
  const double uncounted = static_cast<double>(words) - figure;
  return uncounted >= 0 && uncounted <= static_cast<double>(maybe_uncounted) &&
         uncounted == std::round(uncounted);
}

CaseProfile Refused(RefusedFor why, std::string sentence) {
  CaseProfile profile;
  profile.refused_for = why;
  profile.refused = std::move(sentence);
  return profile;
}

CaseProfile ChooseProfile(const std::vector<EventProfile>& events,
                          const CaseFigures& figures, NodeStore& store) {
  const std::vector<Alike> groups = GroupAlike(events);
  const Alike* best = nullptr;
  for (const Alike& group : groups) {
    if (IsFigure(group.event->words, group.event->maybe_uncounted,
                 figures.median) &&
        (best == nullptr || group.events > best->events)) {
      best = &group;
    }
  }
  CaseProfile profile;
  // One of many that are all different says little of them.
  const bool common =
      best != nullptr && (best->events > 1 || events.size() <= 2);
  if (!common && MeanProfile(events, figures, store, profile)) {
    profile.modal_events = 0;
  } else if (best != nullptr) {
    const EventProfile& event = *best->event;
    profile.figure = figures.median;
    profile.uncounted = static_cast<double>(event.words) - figures.median;
    profile.legs =
        LegsAgree(event, figures) ? event.legs : Whole(event.legs, store);
    profile.modal_events = best->events;
  } else {
    const bool idle =
        std::any_of(events.begin(), events.end(),
                    [](const EventProfile& event) { return event.idle; });
    profile = Refused(idle ? RefusedFor::kIdle : RefusedFor::kSum,
                      WhyNot(events, figures, idle));
    profile.figure = figures.median;
  }
  profile.metric = figures.metric;
  profile.events = static_cast<uint32_t>(events.size());
  return profile;
}

}  // namespace exitbench
