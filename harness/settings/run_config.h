// What the user asked for, by flags of run. Session processes get it too: see
// harness/session/session_task.h.
#ifndef EXITBENCH_HARNESS_SETTINGS_RUN_CONFIG_H_
#define EXITBENCH_HARNESS_SETTINGS_RUN_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "results/model/model.h"

namespace exitbench {

struct RunConfig {
  std::string cases;  // Selects the cases: see Select().
  // Memory parameters of cases: see ParseParameters().
  std::string guest_page;
  std::string host_page;
  std::string working_set;
  std::string backing;
  std::string backing_dir;  // Of the file of backing=file.
  std::string vm;           // The VM's configuration: see ParseConfiguration().
  uint32_t sessions = 3;
  uint32_t rounds = 5;
  uint32_t exits = 10000;
  bool quick = false;
  absl::Duration time_limit = absl::Seconds(10);  // Per guest run.
  uint32_t seed = 0;
  std::string cpu = "auto";  // Where threads are pinned: see ParseCpus().
  // The CPUs that `cpu` means in this process. Empty: threads are not pinned.
  std::vector<int> cpus;
  std::string emulator;
  Tick tick = Tick::kTsc;
  // Mark each case for an emulator that traces: see harness/loop/trace_mark.h.
  bool trace_marks = false;
  // Also run a quarter and half of the events: see harness/run/linearity.h.
  bool linearity = false;
  bool seccomp = true;  // Sessions filter their own system calls.
  bool native = false;  // Also run natively: see harness/run/native_run.h.
  bool strict_expectations = false;  // An unexpected case is FAILED.
  uint32_t reruns = 2;               // Of a disturbed run, at most.
  // How long each case is run once more and sampled, after all sessions. Zero:
  // cases are not profiled.
  absl::Duration profile_time;
  // Count exits by reason after all sessions.
  bool exit_reasons = false;
  std::string kvm_device = "/dev/kvm";
  // How sessions keep within the budget, as WritePace() writes it. Empty: there
  // is none.
  std::string pace;
  // No run begins later. Infinite: there is no budget.
  absl::Time deadline = absl::InfiniteFuture();
  // How long a session may be silent on top of its time limits.
  absl::Duration silence_slack = absl::Seconds(20);

  bool operator==(const RunConfig&) const = default;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_RUN_CONFIG_H_
