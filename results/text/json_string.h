// Writes text as JSON strings of printable ASCII. Characters above ASCII could
// move a terminal's cursor (U+009B is ESC [) or hide text (U+202E).
#ifndef EXITBENCH_RESULTS_TEXT_JSON_STRING_H_
#define EXITBENCH_RESULTS_TEXT_JSON_STRING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace exitbench {

// Returns `text` in quotes. Characters that must be escaped become \uXXXX,
// bytes that are not UTF-8 become '?'.
std::string JsonString(absl::string_view text);

// Returns the document `json` with all characters above ASCII as \uXXXX.
std::string AsciiJson(absl::string_view json);

// Returns `text` with '?' for each byte that is not UTF-8.
std::string ValidUtf8(absl::string_view text);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_JSON_STRING_H_
