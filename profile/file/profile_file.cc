#include "profile/file/profile_file.h"

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "profile/file/profile_bytes.h"
#include "results/file/file.h"

namespace exitbench {

absl::StatusOr<Profile> ReadProfile(const std::string& path) {
  EB_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  absl::StatusOr<Profile> profile = ParseProfile(bytes);
  if (!profile.ok()) {
    return absl::Status(profile.status().code(),
                        absl::StrCat(path, ": ", profile.status().message()));
  }
  return profile;
}

absl::Status WriteProfile(const std::string& path, const Profile& profile) {
  const std::string bytes = SerializeProfile(profile);
  // A good file must not be replaced by one that can't be read.
  if (absl::Status opens = ParseProfile(bytes).status(); !opens.ok()) {
    return absl::Status(
        opens.code(),
        absl::StrCat("won't write ", path, ", it would not open again (",
                     opens.message(), ")"));
  }
  return WriteFile(path, bytes);
}

}  // namespace exitbench
