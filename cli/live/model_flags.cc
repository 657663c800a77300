#include "cli/live/model_flags.h"

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"

ABSL_DECLARE_FLAG(bool, force);
ABSL_DECLARE_FLAG(std::string, exit_reasons);

ABSL_FLAG(absl::Duration, for, absl::Seconds(10), "how long to watch the VM");
ABSL_FLAG(std::string, what_if, "",
          "also say what T_virt would be: under the costs of another results "
          "FILE (another kernel, paging or mitigations), with all I/O to "
          "userspace by ioeventfd, or with halt_poll_ns:N; joined by commas");

namespace exitbench {
namespace {

constexpr absl::string_view kHaltPoll = "halt_poll_ns:";
constexpr absl::Duration kLongest = absl::Hours(24 * 7);

absl::StatusOr<std::optional<pid_t>> ParseVm(const std::string& text) {
  if (text == "all") return std::nullopt;
  pid_t pid;
  if (absl::SimpleAtoi(text, &pid) && pid > 0) return pid;
  return absl::InvalidArgumentError(
      text.empty()
          ? std::string("model wants a VM: --vm=PID, of the process that "
                        "runs it, or --vm=all")
          : absl::StrCat("--vm=", text,
                         ": give the PID of the process that runs "
                         "the VM, or all"));
}

absl::Status ParseQuestion(absl::string_view text, Questions& questions) {
  if (text.empty()) {
    return absl::InvalidArgumentError(
        "--what_if has an empty part: give FILE, ioeventfd or halt_poll_ns:N, "
        "joined by commas");
  }
  absl::string_view value = text;
  if (text == "ioeventfd") {
    questions.ioeventfd = true;
  } else if (absl::ConsumePrefix(&value, kHaltPoll)) {
    double ns;
    if (!absl::SimpleAtod(value, &ns) || !(ns >= 0) || ns > 1e12) {
      return absl::InvalidArgumentError(
          absl::StrCat("--what_if=", text,
                       ": give the time in ns, for example halt_poll_ns:0"));
    }
    questions.halt_poll_ns.push_back(ns);
  } else {
    questions.files.emplace_back(text);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Questions> ParseQuestions(const std::string& text) {
  Questions questions;
  if (text.empty()) return questions;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    EB_RETURN_IF_ERROR(ParseQuestion(part, questions));
  }
  return questions;
}

absl::StatusOr<ModelFlags> ModelFlagsOf(
    const std::vector<std::string>& arguments) {
  ModelFlags flags;
  if (arguments.size() != 1) {
    return absl::InvalidArgumentError(
        "model wants one results file of this host: exitbench model COSTS.pb "
        "--vm=PID (`exitbench run --linearity --out=COSTS.pb` makes one)");
  }
  flags.costs = arguments[0];
  EB_ASSIGN_OR_RETURN(flags.pid, ParseVm(absl::GetFlag(FLAGS_vm)));
  flags.time = absl::GetFlag(FLAGS_for);
  if (flags.time <= absl::ZeroDuration() || flags.time > kLongest) {
    return absl::InvalidArgumentError(
        absl::StrCat("--for=", absl::FormatDuration(flags.time),
                     ": give a time of up to a week, for example 10s"));
  }
  EB_ASSIGN_OR_RETURN(flags.questions,
                      ParseQuestions(absl::GetFlag(FLAGS_what_if)));
  const std::string by_reason = absl::GetFlag(FLAGS_exit_reasons);
  if (by_reason != "auto" && by_reason != "off") {
    return absl::InvalidArgumentError(
        absl::StrCat("--exit_reasons=", by_reason, ": give auto or off"));
  }
  flags.by_reason = by_reason == "auto";
  flags.force = absl::GetFlag(FLAGS_force);
  EB_ASSIGN_OR_RETURN(const Format format, FormatFlag());
  if (format == Format::kTextproto) {
    return absl::InvalidArgumentError(
        "--format=textproto: model prints text or json");
  }
  flags.json = format == Format::kJson;
  return flags;
}

}  // namespace exitbench
