// A plain table of text for a terminal.
#ifndef EXITBENCH_RESULTS_TEXT_TEXT_TABLE_H_
#define EXITBENCH_RESULTS_TEXT_TEXT_TABLE_H_

#include <string>
#include <vector>

#include "results/text/printable.h"  // IWYU pragma: export

namespace exitbench {

// Rows of cells. The first column is left-aligned, all others are
// right-aligned, and each is as wide as its widest cell. Cells are made
// Printable().
class TextTable {
 public:
  void AddRow(std::vector<std::string> cells);
  void AddLine(std::string text);
  std::string ToString() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// Returns ticks or nanoseconds as text: 12345.6 as "12346", 12.34 as "12.3".
std::string Number(double value);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_TEXT_TABLE_H_
