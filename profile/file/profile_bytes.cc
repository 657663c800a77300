#include "profile/file/profile_bytes.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "profile/file/convert.h"
#include "proto/profile.pb.h"
#include "results/file/proto_io.h"
#include "results/file/sealed.h"

namespace exitbench {
namespace {

absl::Status NotUsable(absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a usable profile file: ", why));
}

// Fields of other messages may pass as those of a profile, up to a point.
absl::Status NotUsable(const absl::Status& why, absl::string_view body) {
  return NotUsable(IsResultsFile(body) ? "it is a results file"
                                       : why.message());
}

}  // namespace

std::string SerializeProfile(const Profile& profile) {
  proto::ProfileFile file;
  Put(profile, file);
  file.set_profile_version(kProfileSchemaVersion);
  return SealedBytes(file);
}

absl::StatusOr<Profile> ParseProfile(absl::string_view bytes) {
  const absl::StatusOr<absl::string_view> body = Unsealed(bytes);
  if (!body.ok()) return NotUsable(body.status().message());
  proto::ProfileFile file;
  if (absl::Status s = DecodeBounded(*body, file); !s.ok()) {
    return NotUsable(s, *body);
  }
  if (file.profile_version() == 0) {
    return NotUsable(absl::InvalidArgumentError("it has no version"), *body);
  }
  if (file.profile_version() != kProfileSchemaVersion) {
    return absl::UnimplementedError(absl::StrCat(
        "profile version ", file.profile_version(), ", this exitbench reads ",
        kProfileSchemaVersion, ": use the exitbench that wrote it (version ",
        file.tool_version().substr(0, 64), ")"));
  }
  Profile profile;
  if (absl::Status s = Take(file, profile); !s.ok()) {
    return NotUsable(s, *body);
  }
  return profile;
}

}  // namespace exitbench
