// The profiles that lie beside the files of a diff.
#ifndef EXITBENCH_CLI_FILES_DIFF_PROFILES_H_
#define EXITBENCH_CLI_FILES_DIFF_PROFILES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "profile/compare/diff_functions.h"
#include "results/sides/side.h"

namespace exitbench {

// Reads the profile beside each file of each side. One that is not there is a
// problem of its side. Errors are those of ReadProfile() for all others.
absl::StatusOr<std::vector<SideProfiles>> ReadProfilesBeside(
    const std::vector<Side>& sides);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_DIFF_PROFILES_H_
