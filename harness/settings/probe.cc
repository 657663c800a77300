#include "harness/settings/probe.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/owned.h"
#include "guest_blobs/payloads.h"
#include "harness/host/memory_need.h"
#include "harness/loop/guest_loop.h"
#include "harness/loop/host_loop.h"
#include "harness/loop/watchdog.h"
#include "harness/proof/counters.h"
#include "harness/proof/proof.h"
#include "harness/settings/prepare.h"

namespace exitbench {
namespace {

constexpr uint32_t kEvents = 4;
// The child gives its guest the first limit. The parent gives the child the
// second.
constexpr absl::Duration kGuestLimit = absl::Milliseconds(500);
constexpr absl::Duration kChildLimit = absl::Seconds(10);
constexpr int kMostReapTries = 100;
constexpr absl::Duration kReapPause = absl::Milliseconds(10);

// Events on an unknown backend: enough for the kernel's counters to show.
constexpr uint32_t kCountedEvents = 64;

// Runs some more events. Returns how the kernel's counters contradict the row.
// Empty if they do not.
std::string Contradiction(const Kvm& kvm, const CaseInstance& instance,
                          Machine& machine, Watchdog& watchdog,
                          LoopSamples& samples) {
  const Case& row = *instance.row;
  if (row.blob == nullptr || row.place != Place::kNowhere) return "";
  absl::StatusOr<CounterWatch> watch = CounterWatch::Start(machine);
  if (!watch.ok()) return std::string(watch.status().message());
  LoopPlan plan;
  plan.events = kCountedEvents;
  plan.batch = BatchEvents(row, kCountedEvents);
  plan.time_limit = kGuestLimit;
  samples.Clear();
  if (absl::Status s = RunGuestLoop(machine, row, plan, watchdog, samples);
      !s.ok()) {
    return std::string(s.message());
  }
  const absl::StatusOr<CounterDeltas> deltas = watch->Deltas();
  if (!deltas.ok()) return std::string(deltas.status().message());
  const std::vector<Evidence> evidence =
      Judge(row,
            {.backend = kvm.backend().backend,
             .features = kvm.features(),
             .mode = instance.mode,
             .events = samples.events,
             .batches = samples.batches,
             .exit_records = samples.exit_records},
            *deltas);
  return VerdictOf(evidence) == Verdict::kContradicted ? Describe(evidence)
                                                       : "";
}

// Runs a few events in the child. Returns what went wrong. Empty if nothing
// did.
std::string Try(const Kvm& kvm, const CaseInstance& instance) {
  const Case& row = *instance.row;
  absl::StatusOr<Machine> machine = PrepareMachine(
      kvm, instance, ImageOf(instance, StampKind::kPlain, false));
  if (!machine.ok()) return std::string(machine.status().message());
  Watchdog watchdog;
  LoopSamples samples;
  absl::Status status;
  if (row.blob != nullptr) {
    LoopPlan plan;
    plan.events = plan.batch = kEvents;
    plan.time_limit = kGuestLimit;
    status = RunGuestLoop(*machine, row, plan, watchdog, samples);
    if (status.ok() && kvm.backend().backend == kBackendUnknown) {
      return Contradiction(kvm, instance, *machine, watchdog, samples);
    }
  } else {
    status =
        RunHostLoop(*machine, row, kEvents, kGuestLimit, watchdog, samples);
  }
  return std::string(status.message());
}

// Reads what the child writes until it closes its end. Returns false if it does
// not do so in time.
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

// Ends the child. Returns whether it ended well by itself.
bool Reap(pid_t child, bool in_time) {
  if (!in_time) kill(child, SIGKILL);
  // A thread that is stuck in the kernel survives SIGKILL, so the wait is
  // limited.
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

// Tries the case in a child. Returns why it can't run. Empty if it can.
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

// The row of a VM with an in-kernel interrupt controller and nothing else. If
// that fails, all cases with one get this single reason. Hypervisors may refuse
// the entry to such a VM. Kernels without CONFIG_KVM_IOAPIC refuse to make it,
// though they report KVM_CAP_IRQCHIP.
const Case& IrqchipRow() {
  static const Case row = {.name = "probe/irqchip",
                           .blob = &blobs::idle,
                           .shape = {.irqchip = true}};
  return row;
}

// Returns the reason to give if the probe fails. Null if the case is not
// probed. On an unknown backend, only trying shows which known limits hold.
const char* WhyProbed(const Case& row, const Kvm& kvm) {
  if (row.host.probe != nullptr) return row.host.probe;
  if (kvm.backend().backend != kBackendUnknown) return nullptr;
  return row.host.limitations.empty() ? nullptr
                                      : row.host.limitations.begin()->reason;
}

}  // namespace

ProbeFindings ProbeCases(const Kvm& kvm, const std::vector<CaseInstance>& cases,
                         const std::function<void()>& after_each, int own_fd) {
  ProbeFindings findings;
  const auto probe = [&](const CaseInstance& instance) {
    const std::string seen = Probe(kvm, instance, own_fd);
    if (after_each != nullptr) after_each();
    return seen;
  };
  const bool any_irqchip =
      std::any_of(cases.begin(), cases.end(), [&kvm](const CaseInstance& c) {
        return c.row->shape.HasIrqchip() && Supported(c, kvm).ok();
      });
  const std::string no_irqchip =
      any_irqchip ? probe({&IrqchipRow(), kKernelMode, "probe/irqchip"}) : "";
  for (const CaseInstance& instance : cases) {
    if (!Supported(instance, kvm).ok()) continue;
    if (instance.row->shape.HasIrqchip() && !no_irqchip.empty()) {
      findings[instance.name] = absl::StrCat(
          "no VM with an in-kernel interrupt controller runs here (probe: ",
          no_irqchip, ")");
      continue;
    }
    const char* why = WhyProbed(*instance.row, kvm);
    if (why == nullptr) continue;
    if (const std::string seen = probe(instance); !seen.empty()) {
      findings[instance.name] = absl::StrCat(why, " (probe: ", seen, ")");
    }
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
