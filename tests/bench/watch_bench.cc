// How much slower a VM that does nothing but exit is while it is watched: a
// child process runs it, and this one watches it every other time. Printed are
// ratios of its rates of events by its CPU time, so that other work on the host
// matters less, and its exits by interrupts of the host. A benchmark: run it by
// hand, as root, `bazel run //tests/bench:watch_bench`.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "base/cpus.h"
#include "cases/catalogue/catalogue.h"
#include "harness/live/exit_windows.h"
#include "harness/live/find_vms.h"
#include "harness/live/watch.h"
#include "harness/settings/prepare.h"
#include "results/model/summary.h"
#include "vmm/arch/doorbell.h"
#include "vmm/kvm.h"

namespace exitbench {
namespace {

constexpr char kCase[] = "mmio/write.ring3";
constexpr uint32_t kBatch = 50;
constexpr int kPairs = 100;
constexpr absl::Duration kTime = absl::Seconds(1);

// Runs batches for ever, and counts their events in `done`.
[[noreturn]] void RunVm(std::atomic<uint64_t>& done) {
  (void)PinThisThread(1);
  absl::StatusOr<Kvm> kvm = Kvm::Open();
  EB_CHECK(kvm.ok());
  std::optional<CaseInstance> instance;
  for (const CaseInstance& one : AllCases()) {
    if (one.name == kCase) instance = one;
  }
  EB_CHECK(instance.has_value());
  absl::StatusOr<Machine> machine = PrepareMachine(
      *kvm, *instance, ImageOf(*instance, StampKind::kPlain, false));
  EB_CHECK(machine.ok());
  for (;;) {
    machine->parameters(0).events = kBatch;
    do {
      EB_CHECK(machine->vcpu().Run() == 0);
      EB_CHECK(!IsGuestFault(machine->vcpu().run()));
    } while (!IsDoorbell(machine->vcpu().run()));
    done += kBatch;
  }
}

double SecondsOf(clockid_t clock) {
  timespec now;
  EB_CHECK(clock_gettime(clock, &now) == 0);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) / 1e9;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return Quantile(values, .5);
}

class Bench {
 public:
  Bench(pid_t pid, const std::atomic<uint64_t>& done) : done_(done) {
    const absl::StatusOr<FoundVms> found = FindVmsOf(pid);
    EB_CHECK(found.ok() && found->vms.size() == 1);
    vm_ = found->vms[0];
    EB_CHECK(clock_getcpuclockid(pid, &vm_clock_) == 0);
  }

  void Compare(const char* what, const WatchOptions& options) {
    std::vector<double> ratios, rates, interrupts, exits;
    double cpu = 0;
    LiveCounts last;
    for (int i = 0; i < kPairs; ++i) {
      // Whichever goes first changes from pair to pair.
      double alone = 0, watched = 0;
      for (int turn = 0; turn < 2; ++turn) {
        if ((turn + i) % 2 == 0) {
          alone = Rate([] { absl::SleepFor(kTime); });
          continue;
        }
        const double cpu_before = CpuSeconds();
        watched = Rate([&] {
          absl::StatusOr<LiveCounts> counts = WatchVm(vm_, options);
          EB_CHECK(counts.ok());
          last = *std::move(counts);
        });
        cpu += CpuSeconds() - cpu_before;
        for (const StatisticCount& one : last.statistics) {
          const double rate = one.count / (last.watched_ns / 1e9);
          if (one.name == "irq_exits") interrupts.push_back(rate);
          if (one.name == "exits") exits.push_back(rate);
        }
      }
      rates.push_back(alone);
      ratios.push_back(watched / alone);
    }
    double mean = 0, squares = 0;
    for (const double ratio : ratios) mean += ratio / kPairs;
    for (const double ratio : ratios)
      squares += (ratio - mean) * (ratio - mean);
    std::printf(
        "%s: %.0f events alone in a second of its CPU time; watched/alone: "
        "median %.4f, mean %.4f +- "
        "%.4f (%d pairs of %.0f s); the watcher %.2f%% of a CPU; %.0f exits/s, "
        "%.0f by interrupts\n",
        what, Median(rates), Median(ratios), mean,
        std::sqrt(squares / (kPairs - 1) / kPairs), kPairs,
        absl::ToDoubleSeconds(kTime),
        100 * cpu / (kPairs * absl::ToDoubleSeconds(kTime)),
        exits.empty() ? 0 : Median(exits),
        interrupts.empty() ? 0 : Median(interrupts));
    for (const std::string& missing : last.missing) {
      std::printf("  %s\n", missing.c_str());
    }
    std::fflush(stdout);
  }

 private:
  template <typename Call>
  double Rate(const Call& call) {
    const double begin = SecondsOf(vm_clock_);
    const uint64_t before = done_;
    call();
    const double events = static_cast<double>(done_ - before);
    return events / (SecondsOf(vm_clock_) - begin);
  }

  static double CpuSeconds() { return SecondsOf(CLOCK_PROCESS_CPUTIME_ID); }

  const std::atomic<uint64_t>& done_;
  LiveVm vm_;
  clockid_t vm_clock_ = 0;
};

int Main() {
  void* const shared =
      mmap(nullptr, sizeof(std::atomic<uint64_t>), PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  EB_CHECK(shared != MAP_FAILED);
  auto& done = *new (shared) std::atomic<uint64_t>(0);
  const pid_t child = fork();
  if (child == 0) RunVm(done);
  (void)PinThisThread(0);
  for (int i = 0; i < 100 && done == 0; ++i) {
    absl::SleepFor(absl::Milliseconds(50));
  }
  int code = 0;
  if (done == 0) {
    std::fprintf(stderr, "watch_bench: the VM does not run\n");
    code = 3;
  } else {
    Bench bench(child, done);
    WatchOptions options;
    options.time = kTime;
    bench.Compare("statistics", options);
    options.windows = MakeExitWindows;
    bench.Compare("statistics and windows", options);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return code;
}

}  // namespace
}  // namespace exitbench

int main() { return exitbench::Main(); }
