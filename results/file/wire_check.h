// Looks through the bytes of a results file before protobuf decodes them. A
// message without fields takes two bytes in a file and a hundred in memory: a
// file of nothing else would ask for a hundred times its size.
#ifndef EXITBENCH_RESULTS_FILE_WIRE_CHECK_H_
#define EXITBENCH_RESULTS_FILE_WIRE_CHECK_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// What a file may need in memory, as protobuf and as the model together, on top
// of its own bytes.
inline constexpr size_t kMaxDecodedBytes = 512u << 20;

// How many there may be in one message. Far above what runs make.
inline constexpr unsigned kMaxSessions = 10000;
inline constexpr unsigned kMaxCases = 10000;
inline constexpr unsigned kMaxRunsPerCase = 1000000;

// `body`: a results file without its checksum. Goes by the schema, and
// allocates nothing that depends on `body`. kInvalidArgument where there are
// more of a thing than any run makes, where all together would need more memory
// than kMaxDecodedBytes, or where the bytes are no protobuf.
absl::Status CheckWire(absl::string_view body);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_WIRE_CHECK_H_
