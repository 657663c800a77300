// What the user asked of a run.
#ifndef EXITBENCH_HARNESS_SESSION_RUN_CONFIG_H_
#define EXITBENCH_HARNESS_SESSION_RUN_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "results/model/model.h"

namespace exitbench {

struct RunConfig {
  uint32_t sessions = 3;
  uint32_t rounds = 5;
  uint32_t exits = 10000;
  bool quick = false;
  absl::Duration time_limit = absl::Seconds(10);  // Per guest run.
  uint32_t seed = 0;
  std::vector<int> cpus;  // vCPU threads are pinned to these; empty: nowhere.
  std::string emulator;
  Tick tick = Tick::kTsc;
  bool linearity = false;
  bool seccomp = true;  // Sessions filter their own system calls.
  bool native = false;
  bool strict_expectations = false;  // What is unexpected is FAILED.
  std::vector<Fact> knobs;           // What changes cases, for the record.
  uint32_t reruns = 2;               // Of a disturbed run, at most.
  // The run should be over by then; infinite: no budget.
  absl::Time deadline = absl::InfiniteFuture();
  // Silence of a session that is let pass on top of its time limits.
  absl::Duration silence_slack = absl::Seconds(20);
  std::string kvm_device = "/dev/kvm";
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_RUN_CONFIG_H_
