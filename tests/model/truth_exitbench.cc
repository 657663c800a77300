// exitbench, with two commands more, so that one static binary is all that an
// emulated host needs.
//
//   mix [--KIND=N...] [--compute=N] [--walk_kib=N] [--rounds=N] [--for=TIME]
//       [--cpu=N]
//       Runs a VM with a known mix of events. Prints "ready" once it is warm,
//       and its account at the end or at SIGTERM. See mix.h.
//   truth [--mix=FLAG,FLAG...] [--watch=TIME] [--run=FLAG...] [--cpu=N]
//   [--nomodel]
//       Measures the costs of the mix's events by `run`, has `model` watch a VM
//       of each mix, and prints all of it as JSON, for truth.py to judge.
//
// All else is exitbench's.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/cpus.h"
#include "base/status_macros.h"
#include "cli/dispatch.h"
#include "tests/model/mix.h"
#include "tests/model/mix_flags.h"
#include "tests/model/self_process.h"
#include "vmm/kvm.h"

namespace exitbench {
namespace {

volatile sig_atomic_t stopped = 0;

absl::Status RunMixCommand(const Words& words) {
  EB_ASSIGN_OR_RETURN(const MixTask task, ParseMix(words));
  if (task.cpu >= 0) EB_RETURN_IF_ERROR(PinThisThread(task.cpu));
  signal(SIGTERM, [](int) { stopped = 1; });
  EB_ASSIGN_OR_RETURN(const Kvm kvm, Kvm::Open());
  const auto ready = [] {
    std::printf("ready\n");
    std::fflush(stdout);
  };
  EB_ASSIGN_OR_RETURN(
      const MixAccount account,
      RunMix(kvm, task.mix, ready, [] { return stopped != 0; }));
  std::printf("%s", MixJson(account).c_str());
  return absl::OkStatus();
}

struct TruthTask {
  std::vector<std::string> mixes;  // Each flags of `mix`, joined by commas.
  bool by_reason = false;          // For DefaultMixes().
  absl::Duration watch = absl::Seconds(10);
  Words run_flags;
  Words mix_flags;  // For each mix: --compute, --walk_kib, --cpu.
  // Watch without `model`: what the mix says of itself.
  bool no_model = false;
};

absl::StatusOr<TruthTask> ParseTruth(const Words& words) {
  TruthTask task;
  EB_ASSIGN_OR_RETURN(const auto flags, ParseFlags(words));
  for (const auto& [name, value] : flags) {
    if (name == "mix") {
      task.mixes.push_back(value);
    } else if (name == "run") {
      task.run_flags.push_back(value);
    } else if (name == "cpu" || name == "compute" || name == "walk_kib") {
      task.mix_flags.push_back(absl::StrCat("--", name, "=", value));
    } else if (name == "by_reason") {
      task.by_reason = true;
    } else if (name == "nomodel") {
      task.no_model = true;
    } else if (name != "watch" || !absl::ParseDuration(value, &task.watch)) {
      return absl::InvalidArgumentError(absl::StrCat("bad argument: --", name));
    }
  }
  return task;
}

// Returns what `model` says of the VM; "null" without it.
absl::StatusOr<std::string> ModelOf(const TruthTask& task,
                                    const std::string& costs, pid_t vm) {
  if (!task.no_model) {
    return OutputOf({"model", costs, absl::StrCat("--vm=", vm),
                     absl::StrCat("--for=", absl::FormatDuration(task.watch)),
                     "--format=json"});
  }
  absl::SleepFor(task.watch);
  return "null";
}

// Prints a VM's own account and that of the model.
absl::Status Watch(const TruthTask& task, const std::string& costs,
                   const std::string& mix) {
  Words words = {"mix", "--for=1h"};
  words.insert(words.end(), task.mix_flags.begin(), task.mix_flags.end());
  for (absl::string_view part : absl::StrSplit(mix, ',')) {
    words.push_back(absl::StrCat("--", part));
  }
  EB_ASSIGN_OR_RETURN(SelfProcess vm, SelfProcess::Start(words));
  if (vm.ReadLine() != "ready") return vm.ReadAll().status();
  EB_ASSIGN_OR_RETURN(const std::string model, ModelOf(task, costs, vm.pid()));
  vm.AskToStop();
  EB_ASSIGN_OR_RETURN(const std::string account, vm.ReadAll());
  std::printf("{\"mix\": \"%s\", \"account\": %s, \"model\": %s}", mix.c_str(),
              account.c_str(), model.c_str());
  return absl::OkStatus();
}

absl::Status RunTruthCommand(const Words& words) {
  EB_ASSIGN_OR_RETURN(TruthTask task, ParseTruth(words));
  Words run = {"run", "--progress=never"};
  {
    EB_ASSIGN_OR_RETURN(const Kvm kvm, Kvm::Open());
    if (task.mixes.empty()) task.mixes = DefaultMixes(kvm, task.by_reason);
    run.push_back(absl::StrCat("--cases=", MixCases(kvm)));
  }
  const std::string costs = absl::StrCat("costs.", getpid(), ".pb");
  run.push_back(absl::StrCat("--out=", costs));
  run.insert(run.end(), task.run_flags.begin(), task.run_flags.end());
  EB_RETURN_IF_ERROR(OutputOf(run).status());
  EB_ASSIGN_OR_RETURN(const std::string shown,
                      OutputOf({"show", "--format=json", costs}));
  std::printf("{\"costs\": %s, \"watched\": [", shown.c_str());
  for (size_t i = 0; i < task.mixes.size(); ++i) {
    std::printf("%s\n", i == 0 ? "" : ",");
    EB_RETURN_IF_ERROR(Watch(task, costs, task.mixes[i]));
    std::fflush(stdout);
  }
  std::printf("]}\n");
  unlink(costs.c_str());
  return absl::OkStatus();
}

int Main(const Words& argv) {
  if (argv.size() < 2 || (argv[1] != "mix" && argv[1] != "truth")) {
    return Dispatch(argv);
  }
  const Words words(argv.begin() + 2, argv.end());
  const absl::Status status =
      argv[1] == "mix" ? RunMixCommand(words) : RunTruthCommand(words);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return absl::IsInvalidArgument(status) ? 2 : 1;
}

}  // namespace
}  // namespace exitbench

int main(int argc, char** argv) {
  // As exitbench's own main() does.
  signal(SIGXFSZ, SIG_IGN);
  return exitbench::Main(std::vector<std::string>(argv, argv + argc));
}
