// Chooses the profile of a case from those of its events: the one whose sum is
// the figure of the results file.
#ifndef EXITBENCH_PROFILE_TRACE_CASE_PROFILE_H_
#define EXITBENCH_PROFILE_TRACE_CASE_PROFILE_H_

#include <string>
#include <vector>

#include "profile/model/profile.h"
#include "profile/trace/event_profiles.h"
#include "profile/trace/figures.h"
#include "profile/walk/node_store.h"

namespace exitbench {

// How far the mean of events may be from the figure.
inline constexpr double kMeanTolerance = 0.005;

// Returns whether an event of `words` instructions is one of `figure`: that may
// be fewer by up to `maybe_uncounted`.
bool IsFigure(uint64_t words, uint64_t maybe_uncounted, double figure);

// Returns a case without a profile, and why.
CaseProfile Refused(RefusedFor why, std::string sentence);

// Returns the profile of the most common events of those whose sum is the
// figure. Else the mean of the middle half of the events, since that is what
// the results file has of all events of a run. Refuses the case (kSum, kIdle)
// if that is not the figure either. Nodes are in `store`. `events` has at least
// one. The name is left to the caller.
CaseProfile ChooseProfile(const std::vector<EventProfile>& events,
                          const CaseFigures& figures, NodeStore& store);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_TRACE_CASE_PROFILE_H_
