#include "results/text/column_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace exitbench {
namespace {

bool StartsCharacter(char c) { return (c & 0xc0) != 0x80; }

// Returns the columns before the decimal point, or all if there is none. A unit
// after a whole number ("12%") is aligned like digits after the point.
size_t WidthBeforePoint(absl::string_view text) {
  size_t end = text.find('.');
  if (end == absl::string_view::npos) {
    end = text.find_last_of("0123456789");
    end = end == absl::string_view::npos ? text.size() : end + 1;
  }
  return Width(text.substr(0, end));
}

struct ColumnWidth {
  size_t before = 0;  // Columns left of the point, for Align::kPoint.
  size_t after = 0;
  size_t whole = 0;
};

std::string Cut(absl::string_view text, size_t most) {
  size_t width = 0, end = 0;
  while (end < text.size()) {
    if (StartsCharacter(text[end]) && width++ == most) break;
    ++end;
  }
  return std::string(text.substr(0, end));
}

std::string Padded(absl::string_view text, Align align,
                   const ColumnWidth& column) {
  const size_t width = Width(text);
  size_t left = 0;
  if (align == Align::kRight) left = column.whole - width;
  if (align == Align::kPoint) {
    // A heading wider than the numbers may leave no room to align it.
    left = column.whole - column.before - column.after;
    const size_t before = WidthBeforePoint(text);
    left += column.before >= before ? column.before - before : 0;
    left = std::min(left, column.whole - width);
  }
  return absl::StrCat(std::string(left, ' '), text,
                      std::string(column.whole - width - left, ' '));
}

}  // namespace

size_t Width(absl::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), StartsCharacter));
}

std::string Coloured(absl::string_view text, Colour colour, bool enabled) {
  if (!enabled || colour == Colour::kNone) return std::string(text);
  const char* const code = colour == Colour::kGood  ? "32"
                           : colour == Colour::kBad ? "31"
                                                    : "2";
  return absl::StrCat("\x1b[", code, "m", text, "\x1b[0m");
}

ColumnTable::ColumnTable(std::vector<Column> columns)
    : columns_(std::move(columns)) {}

void ColumnTable::AddRow(std::vector<Cell> cells) {
  EB_CHECK(cells.size() <= columns_.size());
  cells.resize(columns_.size());
  rows_.push_back({std::move(cells), false});
}

void ColumnTable::AddLine(std::string text, Colour colour) {
  rows_.push_back({{{std::move(text), colour}}, true});
}

std::string ColumnTable::Render(bool colour, size_t most) const {
  std::vector<ColumnWidth> widths(columns_.size());
  bool has_rows = false;
  for (const Row& row : rows_) {
    if (row.is_line) continue;
    has_rows = true;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string& text = row.cells[i].text;
      const size_t before = WidthBeforePoint(text);
      widths[i].before = std::max(widths[i].before, before);
      widths[i].after = std::max(widths[i].after, Width(text) - before);
      widths[i].whole = std::max(widths[i].whole, Width(text));
    }
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].align == Align::kPoint) {
      widths[i].whole = widths[i].before + widths[i].after;
    }
    widths[i].whole = std::max(widths[i].whole, Width(columns_[i].heading));
  }
  std::string out;
  const auto add_cells = [&](const std::vector<Cell>& cells, bool heading) {
    std::string line;
    size_t used = 0;
    for (size_t i = 0; i < columns_.size() && used < most; ++i) {
      // An empty column takes no room.
      if (widths[i].whole == 0) continue;
      const size_t gap = used == 0 ? 0 : columns_[i].gap;
      Align align = columns_[i].align;
      if (heading && align == Align::kPoint) align = Align::kRight;
      const std::string text = Cut(Padded(cells[i].text, align, widths[i]),
                                   most - std::min(most, used + gap));
      absl::StrAppend(
          &line, std::string(gap, ' '),
          Coloured(text, cells[i].colour, colour && !cells[i].text.empty()));
      used += gap + Width(text);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&out, line, "\n");
  };
  if (has_rows) {
    std::vector<Cell> headings;
    for (const Column& column : columns_) headings.push_back({column.heading});
    add_cells(headings, true);
  }
  for (const Row& row : rows_) {
    if (row.is_line) {
      absl::StrAppend(
          &out,
          Coloured(Cut(row.cells[0].text, most), row.cells[0].colour, colour),
          "\n");
    } else {
      add_cells(row.cells, false);
    }
  }
  return out;
}

}  // namespace exitbench
