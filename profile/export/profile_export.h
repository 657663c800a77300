// Profiles in formats of other tools. All have the cases without those that are
// refused, and count all instructions of an event: the figure and what is
// uncounted.
#ifndef EXITBENCH_PROFILE_EXPORT_PROFILE_EXPORT_H_
#define EXITBENCH_PROFILE_EXPORT_PROFILE_EXPORT_H_

#include <string>

#include "profile/model/profile.h"

namespace exitbench {

// Returns pprof's profile.proto, not compressed: a sample for each path of
// calls, with the labels "case" and "leg". Counts are whole numbers: those of
// means are rounded so that their sum is the rounded sum.
std::string ToPprof(const Profile& profile);

// Returns speedscope's JSON: an evented profile per case. Its axis counts
// instructions. Legs stand in their order. A profile does not tell in which
// order a function calls others, nor between which of its own instructions: its
// own stand first, then what it calls, in the order of the file.
std::string ToSpeedscope(const Profile& profile);

// Returns a line "case;leg;function;function COUNT" for each path of calls, as
// tools for flame graphs read them. Counts are as in ToPprof().
std::string ToFoldedStacks(const Profile& profile);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_EXPORT_PROFILE_EXPORT_H_
