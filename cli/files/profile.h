// The profile subcommand.
#ifndef EXITBENCH_CLI_FILES_PROFILE_H_
#define EXITBENCH_CLI_FILES_PROFILE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "profile/model/profile.h"

namespace exitbench {

// Prints profile files, `args`: the functions of each case. Returns the exit
// code: 0, or 2.
int ProfileCommand(const std::vector<std::string>& args);

// kResourceExhausted: the paths of calls of `profile` are too many to be
// written one by one.
absl::Status CheckPaths(const Profile& profile);

// Keeps the cases that `filter`, as of --cases, selects. Errors are those of
// FilterNames().
absl::Status KeepCases(absl::string_view filter, Profile& profile);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_PROFILE_H_
