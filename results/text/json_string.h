// Text as JSON strings of printable ASCII alone: what is above ASCII could move
// a terminal's cursor (U+009B is ESC [) or hide text from its reader (U+202E).
#ifndef EXITBENCH_RESULTS_TEXT_JSON_STRING_H_
#define EXITBENCH_RESULTS_TEXT_JSON_STRING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace exitbench {

// `text` in quotes; characters that may not stand for themselves as \uXXXX,
// bytes that are no UTF-8 as '?'.
std::string JsonString(absl::string_view text);

// `json`, a whole document, with all that is above ASCII as \uXXXX.
std::string AsciiJson(absl::string_view json);

// `text` with '?' for each byte that is no UTF-8.
std::string ValidUtf8(absl::string_view text);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_TEXT_JSON_STRING_H_
