// The flags of `exitbench model`, parsed.
#ifndef EXITBENCH_CLI_LIVE_MODEL_FLAGS_H_
#define EXITBENCH_CLI_LIVE_MODEL_FLAGS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace exitbench {

// What --what_if asks.
struct Questions {
  std::vector<std::string> files;  // Costs of other results files.
  bool ioeventfd = false;
  std::vector<double> halt_poll_ns;
};

struct ModelFlags {
  std::string costs;         // The results file.
  std::optional<pid_t> pid;  // Nothing: all VMs.
  absl::Duration time;
  Questions questions;
  bool by_reason = true;
  bool force = false;
  bool json = false;
};

// Returns what the flags and `arguments` say. kInvalidArgument: one is bad.
absl::StatusOr<ModelFlags> ModelFlagsOf(
    const std::vector<std::string>& arguments);

// Parses --what_if: files, ioeventfd and halt_poll_ns:N, joined by commas.
absl::StatusOr<Questions> ParseQuestions(const std::string& text);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_LIVE_MODEL_FLAGS_H_
