// Text from files, made safe to print: control characters could move a
// terminal's cursor, and bytes above ASCII could hide them.
#ifndef EXITBENCH_RESULTS_TEXT_PRINTABLE_H_
#define EXITBENCH_RESULTS_TEXT_PRINTABLE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace exitbench {

// `text` with every byte that is not printable ASCII replaced by '?'.
std::string Printable(absl::string_view text);

// The same, cut to `most` bytes; ".." at its end says that it was.
std::string Shortened(absl::string_view text, size_t most);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_PRINTABLE_H_
