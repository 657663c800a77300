#include "results/text/column_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "results/text/folded.h"

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

// What is shown of the table, and how wide.
struct ColumnTable::Layout {
  std::vector<ColumnWidth> widths;
  std::vector<bool> shown;
  size_t most_name = kAnyWidth;  // Longer names have lines of their own.
  size_t total = 0;
  size_t wanted = 0;  // The width that shows all.
  bool has_rows = false;
  bool has_headings = false;

  bool IsOwnLine(const Cell& name) const {
    return Width(name.text) > most_name;
  }
  void Add(const Column& column) {
    total += (total == 0 ? 0 : column.gap) + widths.back().whole;
  }
};

ColumnTable::Layout ColumnTable::Fit(size_t most) const {
  Layout layout;
  std::vector<bool> has_figure(columns_.size());
  layout.shown.assign(columns_.size(), true);
  const auto measure = [&] {
    layout.total = 0;
    layout.widths.clear();
    for (size_t i = 0; i < columns_.size(); ++i) {
      ColumnWidth width;
      for (const Row& row : rows_) {
        if (row.is_line) continue;
        const std::string& text = row.cells[i].text;
        if (!text.empty() && text != "-") has_figure[i] = true;
        if (i == 0 && layout.IsOwnLine(row.cells[0])) continue;
        const size_t before = WidthBeforePoint(text);
        width.before = std::max(width.before, before);
        width.after = std::max(width.after, Width(text) - before);
        width.whole = std::max(width.whole, Width(text));
      }
      if (columns_[i].align == Align::kPoint) {
        width.whole = width.before + width.after;
      }
      width.whole = std::max(width.whole, Width(columns_[i].heading));
      layout.widths.push_back(width);
      // An empty column takes no room.
      if (width.whole > 0 && layout.shown[i]) layout.Add(columns_[i]);
    }
  };
  for (const Row& row : rows_) layout.has_rows |= !row.is_line;
  for (const Column& column : columns_) {
    layout.has_headings |= !column.heading.empty();
  }
  measure();
  layout.wanted = layout.total;
  if (layout.total <= most) return layout;
  layout.most_name = std::max<size_t>(most * 2 / 5, 16);
  measure();
  while (layout.total > most) {
    constexpr int kNoFigure = 1000;
    int highest = 0;
    const auto rank = [&](size_t i) {
      const int own = columns_[i].rank;
      return !layout.shown[i] || own == 0 ? 0 : has_figure[i] ? own : kNoFigure;
    };
    for (size_t i = 0; i < columns_.size(); ++i) {
      highest = std::max(highest, rank(i));
    }
    if (highest == 0) break;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (rank(i) == highest) layout.shown[i] = false;
    }
    measure();
  }
  return layout;
}

std::string ColumnTable::Render(bool colour, size_t most) const {
  const Layout layout = Fit(most);
  const std::vector<ColumnWidth>& widths = layout.widths;
  std::string out;
  const auto add_cells = [&](const std::vector<Cell>& cells, bool heading) {
    std::string line;
    size_t used = 0;
    const bool own_line = layout.IsOwnLine(cells[0]);
    if (own_line) {
      absl::StrAppend(
          &out, Coloured(Cut(cells[0].text, most), cells[0].colour, colour),
          "\n");
    }
    for (size_t i = 0; i < columns_.size() && used < most; ++i) {
      if (widths[i].whole == 0 || !layout.shown[i]) continue;
      const size_t gap = used == 0 ? 0 : columns_[i].gap;
      Align align = columns_[i].align;
      if (heading && align == Align::kPoint) align = Align::kRight;
      const Cell cell = own_line && i == 0 ? Cell() : cells[i];
      const std::string text = Cut(Padded(cell.text, align, widths[i]),
                                   most - std::min(most, used + gap));
      absl::StrAppend(
          &line, std::string(gap, ' '),
          Coloured(text, cell.colour, colour && !cell.text.empty()));
      used += gap + Width(text);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&out, line, "\n");
  };
  if (layout.has_rows && layout.has_headings) {
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
  std::string left_out;
  absl::string_view last;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    const absl::string_view name =
        column.name.empty() ? column.heading : column.name;
    // Columns that belong together have one name.
    if (layout.shown[i] || name == last || widths[i].whole == 0) continue;
    absl::StrAppend(&left_out, left_out.empty() ? "" : ", ", name);
    last = name;
  }
  if (!left_out.empty()) {
    out += Folded(absl::StrCat("left out at this width: ", left_out,
                               "; COLUMNS=", layout.wanted, " shows all\n"),
                  most);
  }
  return out;
}

}  // namespace exitbench
