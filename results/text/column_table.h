// A table for terminals: columns are as wide as they need, numbers are aligned
// on their decimal point, colour is optional.
#ifndef EXITBENCH_RESULTS_TEXT_COLUMN_TABLE_H_
#define EXITBENCH_RESULTS_TEXT_COLUMN_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace exitbench {

inline constexpr size_t kTextColumns = 100;
// Of text that nothing limits.
inline constexpr size_t kAnyWidth = 10000;
// Of text that is made for the width of a terminal.
inline constexpr size_t kLeastTextColumns = 40;

enum class Align { kLeft, kRight, kPoint };
enum class Colour { kNone, kGood, kBad, kDim };

struct Cell {
  std::string text;
  Colour colour = Colour::kNone;
};

struct Column {
  std::string heading;
  Align align = Align::kRight;
  size_t gap = 2;  // Spaces before the column.
  // Where the table is too wide, columns of the highest rank are left out
  // first. Those of rank 0 stay.
  int rank = 0;
  std::string name = "";  // Of a column without heading, where it is left out.
};

class ColumnTable {
 public:
  explicit ColumnTable(std::vector<Column> columns);

  // Adds a row with one cell per column. Missing cells are empty.
  void AddRow(std::vector<Cell> cells);
  // Adds a line across all columns.
  void AddLine(std::string text, Colour colour = Colour::kNone);

  // Returns the table, at most `most` columns wide. Headings come first unless
  // no row needs them. Where the table is too wide, long texts of the first
  // column get lines of their own, then columns are left out as Column::rank
  // says, those without a figure first, then lines are cut. A last line names
  // the columns that were left out.
  std::string Render(bool colour, size_t most = kTextColumns) const;

 private:
  struct Row {
    std::vector<Cell> cells;
    bool is_line = false;
  };

  struct Layout;

  Layout Fit(size_t most) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

// Returns the columns that UTF-8 text of single-width characters takes.
size_t Width(absl::string_view text);

// Returns `text` in `colour` if `enabled`.
std::string Coloured(absl::string_view text, Colour colour, bool enabled);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_COLUMN_TABLE_H_
