// The command line: a subcommand, Abseil flags, and arguments.
//
// Abseil's own parser exits with 1 on a bad flag, which here means "a case
// failed", so flags are found and set through its reflection instead.
#ifndef EXITBENCH_CLI_PARSE_H_
#define EXITBENCH_CLI_PARSE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace exitbench {

struct ParsedLine {
  std::vector<std::string> arguments;
  bool help = false;
  bool version = false;
};

// Takes `words` (after the subcommand): --name=value, --name and --noname for
// booleans, -- for "only arguments follow". Sets the Abseil flags named.
// kInvalidArgument: a flag that is not among `allowed`, or a bad value.
absl::StatusOr<ParsedLine> ParseLine(
    absl::Span<const std::string> words,
    absl::Span<const absl::string_view> allowed);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_PARSE_H_
