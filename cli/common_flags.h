// Flags that several subcommands share.
#ifndef EXITBENCH_CLI_COMMON_FLAGS_H_
#define EXITBENCH_CLI_COMMON_FLAGS_H_

#include <cstddef>
#include <string>

#include "absl/flags/declare.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/text/column_table.h"

ABSL_DECLARE_FLAG(std::string, cases);
ABSL_DECLARE_FLAG(std::string, format);
ABSL_DECLARE_FLAG(std::string, color);
ABSL_DECLARE_FLAG(std::string, kvm_device);
ABSL_DECLARE_FLAG(std::string, out);
ABSL_DECLARE_FLAG(std::string, vm);

namespace exitbench {

enum class Format { kText, kJson, kTextproto };

// Returns --format. kInvalidArgument: it is not text, json or textproto.
absl::StatusOr<Format> FormatFlag();

// Returns whether to use colour on `fd`, by --color. With auto only a terminal
// has colour. kInvalidArgument: it is not auto, always or never.
absl::StatusOr<bool> ColorFlag(int fd);

// Returns how wide text on `fd` may be: as $COLUMNS says, or else the terminal
// if it is one, or else `otherwise`.
size_t TextColumns(int fd, size_t otherwise = kTextColumns);

// Parses `text`, the value of --`name`: a part such as "2%" or "0.02".
// kInvalidArgument: it is not between 0 and 1.
absl::StatusOr<double> ParsePart(absl::string_view name,
                                 absl::string_view text);

// Prints one line on standard error: "exitbench: message".
void PrintError(const absl::Status& status);

// Prints the same line and returns `code`.
int Fail(const absl::Status& status, int code);

// Writes a result to standard output. Returns `code`, or kExitUsage if it can't
// be written.
int PrintResult(absl::string_view text, int code);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_COMMON_FLAGS_H_
