#include "harness/host/host_files.h"

#include <dirent.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"

namespace exitbench {
namespace {

constexpr size_t kMostFactBytes = 4096;

}  // namespace

std::string ReadOr(const std::string& path, absl::string_view otherwise) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::string(otherwise);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file && !file.eof()) return std::string(otherwise);
  std::string value(absl::StripAsciiWhitespace(text.str()));
  if (value.size() > kMostFactBytes) value.resize(kMostFactBytes);
  return value;
}

std::vector<std::string> ListFolder(const std::string& folder) {
  std::vector<std::string> names;
  DIR* dir = opendir(folder.c_str());
  if (dir == nullptr) return names;
  while (const dirent* entry = readdir(dir)) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  closedir(dir);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace exitbench
