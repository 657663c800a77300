// Fits lines of text into the width of a terminal.
#ifndef EXITBENCH_RESULTS_TEXT_FOLDED_H_
#define EXITBENCH_RESULTS_TEXT_FOLDED_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace exitbench {

// Returns `text`, whose lines end with a newline, with each line of more than
// `columns` bytes broken at blanks. What follows the break is indented like the
// text behind the line's first word, if two blanks are behind that, or else by
// two more than the line. With `join` a broken line takes in the lines behind
// it that are so indented already. A word longer than a line is not broken.
std::string Folded(absl::string_view text, size_t columns, bool join = false);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_FOLDED_H_
