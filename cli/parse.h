// Parses the command line: a subcommand, Abseil flags, and arguments.
//
// Abseil's own parser exits with 1 on a bad flag, which here means that a case
// failed. So flags are set through Abseil's reflection instead.
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

// Parses `words`, all that follows the subcommand, and sets the flags named
// there. Takes --name=value, --name and --noname for booleans, and -- before
// arguments. --exits is the old name of --events and is allowed where --events
// is.
// kInvalidArgument: a flag that is not among `allowed`, a bad value, or an old
// and a new name with different values.
absl::StatusOr<ParsedLine> ParseLine(
    absl::Span<const std::string> words,
    absl::Span<const absl::string_view> allowed);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_PARSE_H_
