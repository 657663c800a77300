// Checks the bytes of a message before protobuf decodes them. An empty message
// takes two bytes in a file and a hundred in memory, so a small file could ask
// for a lot of memory.
#ifndef EXITBENCH_RESULTS_FILE_WIRE_CHECK_H_
#define EXITBENCH_RESULTS_FILE_WIRE_CHECK_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Descriptor;
}

namespace exitbench {

// The most memory that a file may need on top of its own bytes, as protobuf and
// as the model together.
inline constexpr size_t kMaxDecodedBytes = 512u << 20;

// Checks `body`, a message of `type`, against the schema and its bounds
// (proto/bounds.proto). Allocates nothing whose size depends on `body`.
// kInvalidArgument: a list or a text exceeds its bound, the whole would need
// more than kMaxDecodedBytes, or the bytes are not a protobuf. The message does
// not say which kind of file it is.
absl::Status CheckWire(const google::protobuf::Descriptor& type,
                       absl::string_view body);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_WIRE_CHECK_H_
