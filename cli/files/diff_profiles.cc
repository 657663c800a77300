#include "cli/files/diff_profiles.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "profile/file/profile_file.h"

namespace exitbench {
namespace {

absl::StatusOr<SideProfile> ReadBeside(absl::string_view results_path,
                                       bool emulated) {
  SideProfile beside{.path = ProfileBeside(results_path)};
  if (results_path == "-") {
    beside.problem = "nothing lies beside standard input";
    return beside;
  }
  absl::StatusOr<Profile> profile = ReadProfile(beside.path);
  if (absl::IsNotFound(profile.status())) {
    const std::string how =
        emulated ? absl::StrCat("hosts/emuhost --profile=", beside.path)
                 : "exitbench run --profile";
    beside.problem = absl::StrCat("there is no ", beside.path, ": ", how,
                                  " makes it in the run of ", results_path);
    return beside;
  }
  if (!profile.ok()) return profile.status();
  beside.profile = *std::move(profile);
  return beside;
}

}  // namespace

absl::StatusOr<std::vector<SideProfiles>> ReadProfilesBeside(
    const std::vector<Side>& sides) {
  std::vector<SideProfiles> all;
  for (const Side& side : sides) {
    SideProfiles profiles{.kernel_release = side.host.kernel_release};
    const bool emulated = side.host.tick == Tick::kInstruction;
    for (const absl::string_view path : absl::StrSplit(side.label, ',')) {
      EB_ASSIGN_OR_RETURN(SideProfile beside, ReadBeside(path, emulated));
      profiles.profiles.push_back(std::move(beside));
    }
    NameAsCompared(side, profiles);
    all.push_back(std::move(profiles));
  }
  return all;
}

}  // namespace exitbench
