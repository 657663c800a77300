#include "harness/live/bounded_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "base/sys.h"

namespace exitbench {

absl::StatusOr<std::string> ReadBounded(const std::string& path) {
  // A pipe in the place of a file is not waited for.
  const UniqueFd fd(sys::Open(path.c_str(), O_RDONLY | O_NONBLOCK));
  if (!fd.valid()) return absl::ErrnoToStatus(errno, path);
  char text[4096];
  size_t bytes = 0;
  while (bytes < sizeof(text)) {
    const ssize_t n = sys::Read(fd.get(), text + bytes, sizeof(text) - bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return absl::ErrnoToStatus(errno, path);
    if (n == 0) break;
    bytes += static_cast<size_t>(n);
  }
  return std::string(
      absl::StripAsciiWhitespace(absl::string_view(text, bytes)));
}

absl::StatusOr<std::string> ReadLinkBounded(const std::string& path) {
  char text[255];
  const ssize_t n = readlink(path.c_str(), text, sizeof(text));
  if (n < 0) return absl::ErrnoToStatus(errno, path);
  return std::string(text, static_cast<size_t>(n));
}

absl::StatusOr<std::vector<std::string>> ListNames(const std::string& folder) {
  DIR* dir = opendir(folder.c_str());
  if (dir == nullptr) return absl::ErrnoToStatus(errno, folder);
  std::vector<std::string> names;
  while (names.size() < kMostNames) {
    const dirent* entry = readdir(dir);
    if (entry == nullptr) break;
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  closedir(dir);
  return names;
}

bool ParseNumber(absl::string_view text, int64_t& number) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, &number);
}

absl::StatusOr<std::vector<int64_t>> ListNumbers(const std::string& folder) {
  EB_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListNames(folder));
  std::vector<int64_t> numbers;
  for (const std::string& name : names) {
    int64_t number;
    if (ParseNumber(name, number)) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace exitbench
