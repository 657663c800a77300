// Results files on disk: whole or not at all.
#ifndef EXITBENCH_RESULTS_FILE_FILE_H_
#define EXITBENCH_RESULTS_FILE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/file/proto_io.h"
#include "results/model/model.h"

namespace exitbench {

// A results file larger than this is refused unread.
inline constexpr size_t kMaxResultsFileBytes = 256u << 20;

// The bytes of the file at `path`; "-" is standard input. Errors name the file:
// kNotFound, kPermissionDenied, kResourceExhausted (too large).
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Writes as WriteResults does, any bytes.
absl::Status WriteFile(const std::string& path, absl::string_view bytes);

// Reads a results file. Errors as ReadFile, and kInvalidArgument (not a results
// file, or damaged) or kUnimplemented (of another schema version).
absl::StatusOr<Results> ReadResults(const std::string& path,
                                    Detail detail = Detail::kAll);

// Writes a new file in the same folder, fsyncs, and puts it in the place of
// `path`: a reader, a crash or a full disk never sees half a file, and the old
// file stays until the new one is safe. The new file has no name until it is
// whole, where the file system can do that; kill -9 between naming it and
// renaming it leaves PATH.<eight letters> behind, which is whole and in
// nobody's way. "-" is standard output. Mode by umask. kInvalidArgument where
// `path` is a symbolic link or no regular file, or where the results are too
// many for ReadResults() to take them.
absl::Status WriteResults(const std::string& path, const Results& results);

// Fails now, rather than after minutes of measuring, where WriteResults
// could not write: no such folder, no permission, a read-only file system, a
// link or somebody else's file at `path`. Leaves nothing behind.
absl::Status CheckWritable(const std::string& path);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_FILE_H_
