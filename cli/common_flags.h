// Flags that several subcommands share.
#ifndef EXITBENCH_CLI_COMMON_FLAGS_H_
#define EXITBENCH_CLI_COMMON_FLAGS_H_

#include <string>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"

ABSL_DECLARE_FLAG(std::string, cases);
ABSL_DECLARE_FLAG(std::string, format);
ABSL_DECLARE_FLAG(std::string, color);
ABSL_DECLARE_FLAG(std::string, kvm_device);

namespace exitbench {

enum class Format { kText, kJson, kTextproto };

// --format; kInvalidArgument if it is none of text, json, textproto.
absl::StatusOr<Format> FormatFlag();

// --color: auto, always, never; auto is "`fd` is a terminal".
absl::StatusOr<bool> ColorFlag(int fd);

// One line on standard error: "exitbench: message".
void PrintError(const absl::Status& status);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_COMMON_FLAGS_H_
