// Columns of text, for a terminal.
#ifndef EXITBENCH_RESULTS_TEXT_TEXT_TABLE_H_
#define EXITBENCH_RESULTS_TEXT_TEXT_TABLE_H_

#include <string>
#include <vector>

#include "results/text/printable.h"  // IWYU pragma: export

namespace exitbench {

// Rows of cells, the first column to the left, the others to the right, each
// as wide as its widest cell. A row of one cell is a line of its own. Cells are
// made Printable().
class TextTable {
 public:
  void AddRow(std::vector<std::string> cells);
  void AddLine(std::string text);
  std::string ToString() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// 12345.6 -> "12346"; 12.34 -> "12.3"; for ticks and nanoseconds.
std::string Number(double value);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_TEXT_TABLE_H_
