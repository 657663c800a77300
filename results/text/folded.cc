#include "results/text/folded.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace exitbench {
namespace {

size_t IndentOf(absl::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// Returns where the lines behind `line` are to begin.
size_t HangOf(absl::string_view line) {
  constexpr size_t kMost = 12;
  const size_t indent = IndentOf(line);
  const size_t blanks = line.find("  ", indent);
  if (blanks != absl::string_view::npos && line.find(' ', indent) == blanks) {
    const size_t text = line.find_first_not_of(' ', blanks);
    if (text != absl::string_view::npos && text <= kMost) return text;
  }
  return indent + 2;
}

void FoldLine(absl::string_view line, size_t hang, size_t columns,
              std::string& out) {
  size_t used = IndentOf(line);
  out.append(used, ' ');
  bool is_empty = true;
  // Blanks within a line are kept where it is not broken.
  for (size_t at = used; at < line.size();) {
    const size_t word = std::min(line.find_first_not_of(' ', at), line.size());
    const size_t end = std::min(line.find(' ', word), line.size());
    if (end - at + used > columns && !is_empty) {
      absl::StrAppend(&out, "\n", std::string(hang, ' '));
      used = hang;
      at = word;
    }
    absl::StrAppend(&out, line.substr(at, end - at));
    used += end - at;
    at = end;
    is_empty = false;
  }
  out += '\n';
}

}  // namespace

std::string Folded(absl::string_view text, size_t columns, bool join) {
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::string out;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].size() <= columns) {
      absl::StrAppend(&out, lines[i], "\n");
      continue;
    }
    const size_t hang = HangOf(lines[i]);
    std::string line(lines[i]);
    while (join && i + 1 < lines.size() && !lines[i + 1].empty() &&
           IndentOf(lines[i + 1]) == hang) {
      absl::StrAppend(&line, " ", lines[++i].substr(hang));
    }
    FoldLine(line, hang, columns, out);
  }
  return out;
}

}  // namespace exitbench
