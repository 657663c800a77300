// Looks through the bytes of a message before protobuf decodes them. A message
// without fields takes two bytes in a file and a hundred in memory: a file of
// nothing else would ask for a hundred times its size.
#ifndef EXITBENCH_RESULTS_FILE_WIRE_CHECK_H_
#define EXITBENCH_RESULTS_FILE_WIRE_CHECK_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Descriptor;
}

namespace exitbench {

// What a file may need in memory, as protobuf and as the model together, on top
// of its own bytes.
inline constexpr size_t kMaxDecodedBytes = 512u << 20;

// `body`: a message of `type`, which is ResultsFile or a message in it. Goes by
// the schema and its bounds (proto/bounds.proto), and allocates nothing that
// depends on `body`. kInvalidArgument where a list or a text is longer than its
// bound, where all together would need more memory than kMaxDecodedBytes, or
// where the bytes are no protobuf.
absl::Status CheckWire(const google::protobuf::Descriptor& type,
                       absl::string_view body);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_WIRE_CHECK_H_
