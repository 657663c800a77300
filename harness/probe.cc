#include "harness/probe.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "harness/guest_loop.h"
#include "harness/host_loop.h"
#include "harness/memory_need.h"
#include "harness/prepare.h"
#include "harness/watchdog.h"
#include "vmm/owned.h"

namespace exitbench {
namespace {

constexpr uint32_t kEvents = 4;
// For the events; the child's own limit. The second is the parent's patience
// with the child.
constexpr absl::Duration kGuestLimit = absl::Milliseconds(500);
constexpr absl::Duration kChildLimit = absl::Seconds(10);
constexpr int kMostReapTries = 100;
constexpr absl::Duration kReapPause = absl::Milliseconds(10);

// In the child: empty if the events happened, else what was seen.
std::string Try(const Kvm& kvm, const CaseInstance& instance) {
  const Case& row = *instance.row;
  absl::StatusOr<Machine> machine = PrepareMachine(
      kvm, instance, ImageOf(instance, StampKind::kPlain, false));
  if (!machine.ok()) return std::string(machine.status().message());
  Watchdog watchdog;
  LoopSamples samples;
  LoopEnd end;
  if (row.blob != nullptr) {
    LoopPlan plan;
    plan.events = plan.batch = kEvents;
    plan.time_limit = kGuestLimit;
    end = RunGuestLoop(*machine, row, plan, watchdog, samples);
  } else {
    end = RunHostLoop(*machine, row, kEvents, kGuestLimit, watchdog,
                      samples.host_batch);
  }
  return end.outcome == Outcome::kOk ? "" : end.reason;
}

// What the child wrote until it closed its end; false if it did not in time.
bool ReadAll(int fd, std::string& text) {
  const absl::Time deadline = absl::Now() + kChildLimit;
  for (;;) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    pollfd waiting = {fd, POLLIN, 0};
    const int ready =
        poll(&waiting, 1, static_cast<int>(absl::ToInt64Milliseconds(left)));
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    char chunk[4096];
    const ssize_t n = read(fd, chunk, sizeof(chunk));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n == 0;
    text.append(chunk, static_cast<size_t>(n));
  }
}

// Ends the child; whether it ended well by itself.
bool Reap(pid_t child, bool in_time) {
  if (!in_time) kill(child, SIGKILL);
  // A thread stuck in the kernel outlives even SIGKILL; don't wait for ever.
  for (int i = 0; i < kMostReapTries; ++i) {
    int status = 0;
    if (waitpid(child, &status, WNOHANG) == child) {
      return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    absl::SleepFor(kReapPause);
  }
  kill(child, SIGKILL);
  return false;
}

// Empty if the case can run.
std::string Probe(const Kvm& kvm, const CaseInstance& instance, int own_fd) {
  int ends[2];
  if (pipe(ends) != 0) return absl::StrCat("pipe: errno ", errno);
  UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t child = fork();
  if (child < 0) return absl::StrCat("fork: errno ", errno);
  if (child == 0) {
    if (own_fd >= 0) close(own_fd);
    const std::string seen = Try(kvm, instance);
    const ssize_t written = write(writer.get(), seen.data(), seen.size());
    _exit(written == static_cast<ssize_t>(seen.size()) ? 0 : 1);
  }
  writer = UniqueFd();
  std::string seen;
  const bool in_time = ReadAll(reader.get(), seen);
  const bool well = Reap(child, in_time);
  if (!in_time) return "the probe hung in KVM and was killed";
  if (!well) return "the probe died";
  return seen;
}

}  // namespace

ProbeFindings ProbeCases(const Kvm& kvm, const std::vector<CaseInstance>& cases,
                         const std::function<void()>& after_each, int own_fd) {
  ProbeFindings findings;
  for (const CaseInstance& instance : cases) {
    if (instance.row->probe == nullptr) continue;
    if (!Supported(instance, kvm).ok()) continue;
    const std::string seen = Probe(kvm, instance, own_fd);
    if (after_each != nullptr) after_each();
    if (seen.empty()) continue;
    findings[instance.name] =
        absl::StrCat(instance.row->probe, " (probe: ", seen, ")");
  }
  return findings;
}

absl::Status CanRun(const CaseInstance& instance, const Kvm& kvm,
                    const ProbeFindings& findings) {
  absl::Status status = Supported(instance, kvm);
  if (!status.ok()) return status;
  const auto found = findings.find(instance.name);
  if (found == findings.end()) {
    return EnoughMemory(MemoryBytes(*instance.row), MemoryAvailable());
  }
  return absl::UnimplementedError(found->second);
}

}  // namespace exitbench
