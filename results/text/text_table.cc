#include "results/text/text_table.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "results/text/printable.h"

namespace exitbench {

void TextTable::AddRow(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = Printable(cell);
  rows_.push_back(std::move(cells));
}

void TextTable::AddLine(std::string text) { AddRow({std::move(text)}); }

std::string TextTable::ToString() const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    if (row.size() < 2) continue;
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      if (row.size() == 1) {
        line = row[0];
      } else if (i == 0) {
        line = row[0] + std::string(widths[0] - row[0].size(), ' ');
      } else {
        line += "  " + std::string(widths[i] - row[i].size(), ' ') + row[i];
      }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string Number(double value) {
  if (std::abs(value) >= 100) return absl::StrFormat("%.0f", value);
  return absl::StrFormat("%.1f", value);
}

}  // namespace exitbench
