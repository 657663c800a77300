// Results files on disk: whole or not at all.
#ifndef EXITBENCH_RESULTS_FILE_H_
#define EXITBENCH_RESULTS_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/model.h"
#include "results/proto_io.h"

namespace exitbench {

// A results file larger than this is refused unread.
inline constexpr size_t kMaxResultsFileBytes = 256u << 20;

// The bytes of the file at `path`; "-" is standard input. Errors name the file:
// kNotFound, kPermissionDenied, kResourceExhausted (too large).
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Writes as WriteResults does.
absl::Status WriteFile(const std::string& path, absl::string_view bytes);

// Reads a results file. Errors as ReadFile, and kInvalidArgument (not a results
// file, or damaged) or kUnimplemented (of another schema version).
absl::StatusOr<Results> ReadResults(const std::string& path,
                                    Detail detail = Detail::kAll);

// Writes beside `path` under an unpredictable name, fsyncs, renames over
// `path`: a reader, a crash or a full disk never sees half a file, and the old
// file stays until the new one is safe. "-" is standard output. Mode by umask.
absl::Status WriteResults(const std::string& path, const Results& results);

// Fails now, rather than after minutes of measuring, where WriteResults
// could not write: no such folder, no permission, a read-only file system.
absl::Status CheckWritable(const std::string& path);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_H_
