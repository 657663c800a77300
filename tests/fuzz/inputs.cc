#include "tests/fuzz/inputs.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "results/file/sealed.h"

namespace exitbench::fuzz {
namespace {

constexpr absl::string_view kPlusMinus = "±";

}  // namespace

std::vector<std::string> SplitFiles(absl::string_view input) {
  std::vector<std::string> files;
  uint32_t length;
  while (files.size() < kMostFiles && input.size() >= sizeof(length)) {
    std::memcpy(&length, input.data(), sizeof(length));
    input.remove_prefix(sizeof(length));
    const size_t taken = std::min<size_t>(length, input.size());
    files.emplace_back(input.substr(0, taken));
    input.remove_prefix(taken);
  }
  return files;
}

std::string JoinFiles(const std::vector<std::string>& files) {
  std::string input;
  for (const std::string& file : files) {
    const uint32_t length = static_cast<uint32_t>(file.size());
    input.append(reinterpret_cast<const char*>(&length), sizeof(length));
    input += file;
  }
  return input;
}

absl::StatusOr<Results> ParseFile(const std::string& body, Detail detail) {
  return Parse(Seal(body), detail);
}

std::vector<Side> Sides(absl::string_view input) {
  std::vector<Side> sides;
  for (const std::string& body : SplitFiles(input)) {
    absl::StatusOr<Results> results = ParseFile(body, Detail::kRunStatistics);
    if (!results.ok()) continue;
    sides.push_back(MakeSide(
        *results, absl::StrCat("a\x1b[1m\n\xc2\x9b", sides.size(), ".pb")));
  }
  return sides;
}

void CheckPrintable(absl::string_view text) {
  while (!text.empty()) {
    if (absl::StartsWith(text, kPlusMinus)) {
      text.remove_prefix(kPlusMinus.size());
      continue;
    }
    EB_CHECK(text[0] == '\n' || (text[0] >= ' ' && text[0] <= '~'));
    text.remove_prefix(1);
  }
}

}  // namespace exitbench::fuzz
