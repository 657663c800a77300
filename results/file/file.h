// Reads and writes results files on disk.
#ifndef EXITBENCH_RESULTS_FILE_FILE_H_
#define EXITBENCH_RESULTS_FILE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/file/proto_io.h"
#include "results/model/model.h"

namespace exitbench {

// Larger files are refused unread.
inline constexpr size_t kMaxResultsFileBytes = 256u << 20;

// Returns the bytes of the file at `path`; "-" is standard input. Errors name
// the file: kNotFound, kPermissionDenied, kResourceExhausted (too large).
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Writes any bytes in the way of WriteResults().
absl::Status WriteFile(const std::string& path, absl::string_view bytes);

// Reads a results file. Errors are those of ReadFile(), kInvalidArgument (not a
// results file, or corrupt) and kUnimplemented (another schema version).
absl::StatusOr<Results> ReadResults(const std::string& path,
                                    Detail detail = Detail::kAll);

// Writes a results file, whole or not at all; "-" is standard output. The mode
// follows the umask.
//
// Writes a new file in the same folder, syncs it to disk, and renames it to
// `path`. So no reader ever sees half a file, not even after a crash, and the
// old file stays until the new one is on disk. If the file system supports it
// the new file has no name while it is written. A kill -9 just before the
// rename can leave a complete file PATH.<eight letters> behind.
//
// kInvalidArgument: `path` is a symbolic link or not a regular file, or the
// results are too large for ReadResults().
absl::Status WriteResults(const std::string& path, const Results& results);

// Checks that WriteResults() could write to `path`, before minutes are spent on
// measuring. Fails if there is no such folder, no permission, a read-only file
// system, or a link or another user's file at `path`. Leaves nothing behind.
absl::Status CheckWritable(const std::string& path);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_FILE_H_
