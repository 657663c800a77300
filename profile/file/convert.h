// Converts between protobuf messages and the model of profiles. For
// profile_bytes only.
//
// CheckWire() has already bounded all lists and texts of a message from a file.
// Take() checks what the schema can't say: numbers are finite, enum values are
// known, indices are in range, trees are of bounded depth and size.
#ifndef EXITBENCH_PROFILE_FILE_CONVERT_H_
#define EXITBENCH_PROFILE_FILE_CONVERT_H_

#include "absl/status/status.h"
#include "profile/model/profile.h"
#include "proto/profile.pb.h"

namespace exitbench {

// Fills in all fields but the version and the checksum. `to` must be empty.
void Put(const Profile& from, proto::ProfileFile& to);

// Converts a whole file. kInvalidArgument says what is wrong; `to` is then
// incomplete.
absl::Status Take(const proto::ProfileFile& from, Profile& to);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_FILE_CONVERT_H_
