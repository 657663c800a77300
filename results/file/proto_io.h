// Results files as bytes. Only this, convert and wire_check see results.pb.h.
//
// Files are untrusted: every size, index, name and number is bounded while
// reading, before anything is allocated by it.
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

// The bytes of a results file. The same model gives the same bytes.
std::string Serialize(const Results& results);

// `body`, a results file without its checksum, with it. For tests that forge
// files; Serialize() does it by itself.
inline constexpr size_t kChecksumBytes = 6;
std::string Seal(std::string body);

// kInvalidArgument where `bytes` is no results file or is damaged,
// kUnimplemented where it is of another schema version; the message says which.
absl::StatusOr<Results> Parse(absl::string_view bytes,
                              Detail detail = Detail::kAll);

// One case without host and sessions, sealed and checked as a file is. Its runs
// are all of session 0; which one that is, its reader knows.
std::string SerializeCase(const CaseResult& result);
absl::StatusOr<CaseResult> ParseCase(absl::string_view bytes);

std::string ToJson(const Results& results);
std::string ToTextproto(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_PROTO_IO_H_
