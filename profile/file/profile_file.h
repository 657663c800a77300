// Reads and writes profile files on disk.
#ifndef EXITBENCH_PROFILE_FILE_PROFILE_FILE_H_
#define EXITBENCH_PROFILE_FILE_PROFILE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "profile/model/profile.h"

namespace exitbench {

// Reads a profile file; "-" is standard input. Errors name the file. They are
// those of ReadFile() and of ParseProfile().
absl::StatusOr<Profile> ReadProfile(const std::string& path);

// Writes a profile file, whole or not at all, in the way of WriteResults().
absl::Status WriteProfile(const std::string& path, const Profile& profile);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_FILE_PROFILE_FILE_H_
