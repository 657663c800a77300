// Reads files and links of /proc and debugfs. What they hold may be another
// user's doing, so no more than a bound of it is read.
#ifndef EXITBENCH_HARNESS_LIVE_BOUNDED_FILES_H_
#define EXITBENCH_HARNESS_LIVE_BOUNDED_FILES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// More names than this in one folder are left out.
inline constexpr size_t kMostNames = size_t{1} << 17;

// Returns the first 4096 bytes of a file without the white space around them.
// The error's code is that of errno: kNotFound, kPermissionDenied.
absl::StatusOr<std::string> ReadBounded(const std::string& path);

// Returns where a symbolic link leads, at most 255 bytes of it.
absl::StatusOr<std::string> ReadLinkBounded(const std::string& path);

// Returns the names in a folder, without those that begin with a dot.
absl::StatusOr<std::vector<std::string>> ListNames(const std::string& folder);

// Returns whether `text` is a number of digits only, and puts it in `number`.
bool ParseNumber(absl::string_view text, int64_t& number);

// Returns the numbers among the names in a folder, sorted.
absl::StatusOr<std::vector<int64_t>> ListNumbers(const std::string& folder);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_BOUNDED_FILES_H_
