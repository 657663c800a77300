// Reads files of /proc and /sys for facts.
#ifndef EXITBENCH_HARNESS_HOST_HOST_FILES_H_
#define EXITBENCH_HARNESS_HOST_HOST_FILES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace exitbench {

// Returns the text of the file without white space around it, at most 4096
// bytes. `otherwise` if it can't be read.
std::string ReadOr(const std::string& path, absl::string_view otherwise);

// Returns the names in a folder, sorted, without those that begin with a dot.
// Empty if it can't be read.
std::vector<std::string> ListFolder(const std::string& folder);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_HOST_FILES_H_
