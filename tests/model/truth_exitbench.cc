// exitbench, with two commands more, so that one static binary is all that an
// emulated host needs.
//
//   mix [--FLAG=VALUE...]     runs a VM with a known mix of events. Prints "ready"
//                             once it is warm, and its account at the end or at
//                             SIGTERM.
//   truth [--FLAG=VALUE...]   measures the costs of the mix's events, has `model`
//                             watch such VMs, and prints all of it as JSON, for
//                             truth.py to judge.
//
// All else is exitbench's.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/cpus.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "cli/dispatch.h"
#include "tests/model/mix.h"
#include "vmm/kvm.h"

extern char** environ;

namespace exitbench {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

using Words = std::vector<std::string>;

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return absl::IsInvalidArgument(status) ? kExitUsage : kExitFailed;
}

absl::Status Bad(absl::string_view word) {
  return absl::InvalidArgumentError(absl::StrCat("bad argument: ", word));
}

// The words --NAME=VALUE as NAME and VALUE.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Flags(
    const Words& words) {
  std::vector<std::pair<std::string, std::string>> flags;
  for (absl::string_view word : words) {
    if (!absl::ConsumePrefix(&word, "--")) return Bad(word);
    flags.push_back(absl::StrSplit(word, absl::MaxSplits('=', 1)));
  }
  return flags;
}

// Sets the part of the mix that the flag names.
absl::Status SetPart(const std::string& name, const std::string& value,
                     Mix& mix) {
  if (name == "for") {
    return absl::ParseDuration(value, &mix.time) ? absl::OkStatus()
                                                 : Bad(value);
  }
  uint64_t number = 0;
  if (!absl::SimpleAtoi(value, &number)) return Bad(value);
  if (name == "ring") {
    mix.mode = number == 0 ? kKernelMode : kUserMode;
    return absl::OkStatus();
  }
  if (name == "cpu") return PinThisThread(static_cast<int>(number));
  if (name == "compute" && number > 0) {
    mix.compute = number;
    return absl::OkStatus();
  }
  if (name == "rounds" && number > 0) {
    mix.rounds = number;
    return absl::OkStatus();
  }
  if (name == "pairs" && number > 0) {
    mix.pairs = number;
    return absl::OkStatus();
  }
  for (int i = 0; i < kMixKinds; ++i) {
    if (name == kMixKindSpecs[i].name) {
      mix.events[i] = number;
      return absl::OkStatus();
    }
  }
  return Bad(name);
}

volatile sig_atomic_t stopped = 0;

absl::Status RunMixCommand(const Words& words) {
  Mix mix;
  EB_ASSIGN_OR_RETURN(const auto flags, Flags(words));
  for (const auto& [name, value] : flags) {
    EB_RETURN_IF_ERROR(SetPart(name, value, mix));
  }
  signal(SIGTERM, [](int) { stopped = 1; });
  EB_ASSIGN_OR_RETURN(const Kvm kvm, Kvm::Open());
  EB_ASSIGN_OR_RETURN(const MixAccount account,
                      RunMix(
                          kvm, mix,
                          [] {
                            std::printf("ready\n");
                            std::fflush(stdout);
                          },
                          [] { return stopped != 0; }));
  std::printf("%s", MixJson(account).c_str());
  return absl::OkStatus();
}

// This binary as another process, whose standard output can be read.
class Self {
 public:
  static absl::StatusOr<Self> Start(Words words) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe2");
    Self self;
    self.out_ = UniqueFd(ends[0]);
    const UniqueFd writer(ends[1]);
    words.insert(words.begin(), "exitbench");
    std::vector<char*> raw;
    for (std::string& word : words) raw.push_back(word.data());
    raw.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, writer.get(), 1);
    const int error = posix_spawn(&self.pid_, "/proc/self/exe", &actions,
                                  nullptr, raw.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return absl::ErrnoToStatus(error, "posix_spawn");
    return self;
  }

  Self(Self&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), out_(std::move(other.out_)) {}
  ~Self() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  pid_t pid() const { return pid_; }

  // Waits for the first line.
  std::string ReadLine() {
    std::string line;
    char c = 0;
    while (read(out_.get(), &c, 1) == 1 && c != '\n') line += c;
    return line;
  }

  // Waits for the end. Returns what it printed, if it ended by 0.
  absl::StatusOr<std::string> ReadAll() {
    std::string all;
    char part[4096];
    ssize_t n;
    while ((n = read(out_.get(), part, sizeof(part))) > 0) {
      all.append(part, static_cast<size_t>(n));
    }
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return all;
    return absl::InternalError(
        absl::StrCat("a command ended with status ", status));
  }

 private:
  Self() = default;

  pid_t pid_ = -1;
  UniqueFd out_;
};

absl::StatusOr<std::string> OutputOf(const Words& words) {
  EB_ASSIGN_OR_RETURN(Self self, Self::Start(words));
  absl::StatusOr<std::string> all = self.ReadAll();
  if (all.ok()) return all;
  return absl::InternalError(
      absl::StrCat(absl::StrJoin(words, " "), ": ", all.status().message()));
}

// What `truth` is told.
struct Task {
  std::string costs = "costs.pb";
  std::vector<std::string> mixes;  // Each flags of `mix`, joined by commas.
  std::string watch = "10s";
  int ring = 0;
  Words run_flags;
  bool no_model = false;
};

absl::StatusOr<Task> ParseTask(const Words& words) {
  Task task;
  EB_ASSIGN_OR_RETURN(const auto flags, Flags(words));
  for (const auto& [name, value] : flags) {
    if (name == "costs") {
      task.costs = value;
    } else if (name == "mix") {
      task.mixes.push_back(value);
    } else if (name == "watch") {
      task.watch = value;
    } else if (name == "ring") {
      task.ring = value == "0" ? 0 : 3;
    } else if (name == "nomodel") {
      task.no_model = true;
    } else if (name == "run") {
      task.run_flags.push_back(value);
    } else {
      return Bad(name);
    }
  }
  return task;
}

std::string CasesOf(const Task& task) {
  std::string names = "control/idle";
  for (const MixKindSpec& kind : kMixKindSpecs) {
    absl::StrAppend(&names, "|", kind.case_name);
  }
  return absl::StrCat("^(", names, ")", task.ring == 0 ? "" : "[.]ring3", "$");
}

// Watches one VM. Prints its own account and that of the model.
absl::Status Watch(const Task& task, const std::string& mix) {
  Words words = {"mix", absl::StrCat("--ring=", task.ring), "--for=1h"};
  for (absl::string_view part : absl::StrSplit(mix, ',')) {
    words.push_back(absl::StrCat("--", part));
  }
  EB_ASSIGN_OR_RETURN(Self vm, Self::Start(words));
  if (vm.ReadLine() != "ready") {
    return absl::InternalError(absl::StrCat("the mix did not begin: ", mix));
  }
  // TEMP
  if (getenv("EB_NO_MODEL") || task.no_model) {
    sleep(static_cast<unsigned>(atoi(task.watch.c_str())));
    kill(vm.pid(), SIGTERM);
    EB_ASSIGN_OR_RETURN(const std::string account, vm.ReadAll());
    std::printf("{\"mix\": \"%s\", \"account\": %s, \"model\": null}",
                mix.c_str(), account.c_str());
    return absl::OkStatus();
  }
  EB_ASSIGN_OR_RETURN(const std::string model,
                      OutputOf({"model", task.costs,
                                absl::StrCat("--vm=", vm.pid()),
                                absl::StrCat("--for=", task.watch),
                                "--format=json"}));
  kill(vm.pid(), SIGTERM);
  EB_ASSIGN_OR_RETURN(const std::string account, vm.ReadAll());
  std::printf("{\"mix\": \"%s\", \"account\": %s, \"model\": %s}", mix.c_str(),
              account.c_str(), model.c_str());
  return absl::OkStatus();
}

absl::Status RunTruthCommand(const Words& words) {
  EB_ASSIGN_OR_RETURN(const Task task, ParseTask(words));
  Words run = {"run", absl::StrCat("--cases=", CasesOf(task)),
               absl::StrCat("--out=", task.costs), "--progress=never"};
  run.insert(run.end(), task.run_flags.begin(), task.run_flags.end());
  EB_RETURN_IF_ERROR(OutputOf(run).status());
  EB_ASSIGN_OR_RETURN(const std::string costs,
                      OutputOf({"show", "--format=json", task.costs}));
  std::printf("{\"costs\": %s, \"watched\": [", costs.c_str());
  for (size_t i = 0; i < task.mixes.size(); ++i) {
    std::printf("%s\n", i == 0 ? "" : ",");
    EB_RETURN_IF_ERROR(Watch(task, task.mixes[i]));
    std::fflush(stdout);
  }
  std::printf("]}\n");
  return absl::OkStatus();
}

int Main(const Words& argv) {
  if (argv.size() > 1 && (argv[1] == "mix" || argv[1] == "truth")) {
    const Words words(argv.begin() + 2, argv.end());
    const absl::Status status =
        argv[1] == "mix" ? RunMixCommand(words) : RunTruthCommand(words);
    return status.ok() ? 0 : Fail(status);
  }
  return Dispatch(argv);
}

}  // namespace
}  // namespace exitbench

int main(int argc, char** argv) {
  return exitbench::Main(std::vector<std::string>(argv, argv + argc));
}
