// Converts profiles to and from the bytes of a profile file
// (proto/profile.proto). Only this and convert use profile.pb.h.
//
// Files are untrusted. Every size, index and number is bounded before it
// decides how much memory is allocated. What reads a profile may follow indices
// without checks, and may expand the shared trees of a case into plain ones.
#ifndef EXITBENCH_PROFILE_FILE_PROFILE_BYTES_H_
#define EXITBENCH_PROFILE_FILE_PROFILE_BYTES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "profile/model/profile.h"

namespace exitbench {

// Major version of the schema. Files of another version are refused.
inline constexpr uint32_t kProfileSchemaVersion = 1;

// The longest path of nodes, and the most nodes that the trees of one leg and
// of a whole file have when nothing is shared.
inline constexpr uint32_t kMaxProfileDepth = 512;
inline constexpr uint64_t kMaxLegNodes = 1'000'000;
inline constexpr uint64_t kMaxProfileNodes = 20'000'000;

// Returns the bytes of a profile file. The same profile gives the same bytes.
std::string SerializeProfile(const Profile& profile);

// Parses a profile file. kInvalidArgument: it is not one, or is corrupt.
// kUnimplemented: it has another schema version, which the message names.
absl::StatusOr<Profile> ParseProfile(absl::string_view bytes);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_FILE_PROFILE_BYTES_H_
