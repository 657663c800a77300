// What the user asked of a run. Whole when it is handed to a session process:
// see harness/session/session_task.h.
#ifndef EXITBENCH_HARNESS_SETTINGS_RUN_CONFIG_H_
#define EXITBENCH_HARNESS_SETTINGS_RUN_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "results/model/model.h"

namespace exitbench {

struct RunConfig {
  std::string cases;       // What selects them: see Select().
  std::string guest_page;  // These three change cases: see ParseParameters().
  std::string host_page;
  std::string working_set;
  uint32_t sessions = 3;
  uint32_t rounds = 5;
  uint32_t exits = 10000;
  bool quick = false;
  absl::Duration time_limit = absl::Seconds(10);  // Per guest run.
  uint32_t seed = 0;
  std::string cpu = "auto";  // Where vCPU threads are pinned: see ParseCpus().
  // What `cpu` means in this process, and now; empty: nowhere.
  std::vector<int> cpus;
  std::string emulator;
  Tick tick = Tick::kTsc;
  // Also run a quarter and half of the events, to see whether the cost of one
  // depends on how many there are.
  bool linearity = false;
  bool seccomp = true;  // Sessions filter their own system calls.
  bool native = false;  // Also run what can run natively in our own process.
  bool strict_expectations = false;  // What is unexpected is FAILED.
  uint32_t reruns = 2;               // Of a disturbed run, at most.
  std::string kvm_device = "/dev/kvm";
  // The run should be over by then; infinite: no budget.
  absl::Time deadline = absl::InfiniteFuture();
  // Silence of a session that is let pass on top of its time limits.
  absl::Duration silence_slack = absl::Seconds(20);

  bool operator==(const RunConfig&) const = default;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_RUN_CONFIG_H_
