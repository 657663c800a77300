// Messages with a checksum as their last field: files, and frames between
// processes. Errors say what is wrong; the caller adds which kind of file it
// is.
#ifndef EXITBENCH_RESULTS_FILE_SEALED_H_
#define EXITBENCH_RESULTS_FILE_SEALED_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Message;
}

namespace exitbench {

inline constexpr size_t kChecksumBytes = 6;

// How digests of fleets begin: field 2 of proto/fleet.proto, a text, and its
// length.
inline constexpr absl::string_view kDigestBeginning =
    "\x12\x16"
    "exitbench fleet digest";

// Returns `body`, a message without a checksum, with one: field 100, the CRC-32
// of all bytes before it.
std::string Seal(std::string body);

// Returns the bytes of `message` with a checksum. They are deterministic.
std::string SealedBytes(const google::protobuf::Message& message);

// Checks the checksum of `bytes` and removes it. kInvalidArgument says what is
// wrong.
absl::StatusOr<absl::string_view> Unsealed(absl::string_view bytes);

// Decodes `body` within the bounds of the schema (wire_check.h).
// kInvalidArgument says what is wrong.
absl::Status DecodeBounded(absl::string_view body,
                           google::protobuf::Message& message);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_SEALED_H_
