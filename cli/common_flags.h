// Flags that several subcommands share.
#ifndef EXITBENCH_CLI_COMMON_FLAGS_H_
#define EXITBENCH_CLI_COMMON_FLAGS_H_

#include <string>

#include "absl/flags/declare.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

ABSL_DECLARE_FLAG(std::string, cases);
ABSL_DECLARE_FLAG(std::string, format);
ABSL_DECLARE_FLAG(std::string, color);
ABSL_DECLARE_FLAG(std::string, kvm_device);
ABSL_DECLARE_FLAG(std::string, out);

namespace exitbench {

enum class Format { kText, kJson, kTextproto };

// --format; kInvalidArgument if it is none of text, json, textproto.
absl::StatusOr<Format> FormatFlag();

// --color: auto, always, never; auto is "`fd` is a terminal".
absl::StatusOr<bool> ColorFlag(int fd);

// The value of --`name`, a part such as "2%" or "0.02"; kInvalidArgument if it
// is not between 0 and 1.
absl::StatusOr<double> ParsePart(absl::string_view name,
                                 absl::string_view text);

// One line on standard error: "exitbench: message".
void PrintError(const absl::Status& status);

// The same; returns `code`.
int Fail(const absl::Status& status, int code);

// Writes a result to standard output; returns `code`, or kExitUsage where it
// could not be written.
int PrintResult(absl::string_view text, int code);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_COMMON_FLAGS_H_
