// Makes text from files safe to print. Control characters could move a
// terminal's cursor, and bytes above ASCII could hide them.
#ifndef EXITBENCH_RESULTS_TEXT_PRINTABLE_H_
#define EXITBENCH_RESULTS_TEXT_PRINTABLE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace exitbench {

// Returns `text` with '?' for every byte that is not printable ASCII.
std::string Printable(absl::string_view text);

// Returns the same, cut to `most` bytes. Text that was cut ends with "..".
std::string Shortened(absl::string_view text, size_t most);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_PRINTABLE_H_
