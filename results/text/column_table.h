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
};

class ColumnTable {
 public:
  explicit ColumnTable(std::vector<Column> columns);

  // Adds a row with one cell per column. Missing cells are empty.
  void AddRow(std::vector<Cell> cells);
  // Adds a line across all columns.
  void AddLine(std::string text, Colour colour = Colour::kNone);

  // Returns the table. Lines are cut at `most` columns. Headings come first
  // unless no row needs them.
  std::string Render(bool colour, size_t most = kTextColumns) const;

 private:
  struct Row {
    std::vector<Cell> cells;
    bool is_line = false;
  };

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

// Returns the columns that UTF-8 text of single-width characters takes.
size_t Width(absl::string_view text);

// Returns `text` in `colour` if `enabled`.
std::string Coloured(absl::string_view text, Colour colour, bool enabled);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_COLUMN_TABLE_H_
