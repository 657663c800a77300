// Text as a JSON string, for the small outputs that are no results file.
#ifndef EXITBENCH_CLI_JSON_TEXT_H_
#define EXITBENCH_CLI_JSON_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace exitbench {

// `text` in double quotes, escaped.
std::string JsonString(absl::string_view text);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_JSON_TEXT_H_
