// Converts results files to and from bytes. Only this and convert use
// results.pb.h.
//
// Files are untrusted. Every size, index, name and number is bounded before it
// decides how much memory is allocated.
#ifndef EXITBENCH_RESULTS_FILE_PROTO_IO_H_
#define EXITBENCH_RESULTS_FILE_PROTO_IO_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/model/detail.h"
#include "results/model/model.h"

namespace exitbench {

// Returns the bytes of a results file. The same model gives the same bytes.
std::string Serialize(const Results& results);

// Parses a results file. kInvalidArgument: it is not one, or is corrupt.
// kUnimplemented: it has another schema version, which the message names.
absl::StatusOr<Results> Parse(absl::string_view bytes,
                              Detail detail = Detail::kAll);

// Returns whether `body`, without its checksum, may be a results file. For
// messages that say what a file is instead.
bool IsResultsFile(absl::string_view body);

// Converts one case without host and sessions, with a checksum and all checks.
// Its runs are all of session 0; the reader knows which session that is.
std::string SerializeCase(const CaseResult& result);
absl::StatusOr<CaseResult> ParseCase(absl::string_view bytes);

// Returns all of `results` as JSON and as text protobuf. JSON has the Digits()
// of numbers, and each metric's median_of_runs; text protobuf has what is
// stored.
std::string ToJson(const Results& results);
std::string ToTextproto(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_PROTO_IO_H_
