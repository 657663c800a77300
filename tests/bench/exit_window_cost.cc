// What counting exits by reason costs a VM, in ticks: of each exit, and of each
// time that a thread waits and goes on, with events that are only there, and
// with more and more of them that count; and what it costs whoever watches. A
// benchmark, made for emulated hosts, where a tick is an instruction and
// nothing varies:
//
//   bazel build --linkopt=-static //tests/bench:exit_window_cost
//   hosts/emuhost --kernel=debian:6.12
//       --binary=bazel-bin/tests/bench/exit_window_cost -- all
//
// Columns are cases, the last one a thread that waits for another one on its
// CPU.
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/cpus.h"
#include "cases/catalogue/catalogue.h"
#include "harness/clock/arch/timer.h"
#include "harness/live/exit_windows.h"
#include "harness/loop/guest_loop.h"
#include "harness/loop/watchdog.h"
#include "harness/perf/tracepoint.h"
#include "harness/perf/tracepoint_group.h"
#include "harness/settings/prepare.h"
#include "vmm/kvm.h"

namespace exitbench {
namespace {

constexpr uint32_t kEvents = 200;

// Those that the host has of these are measured.
constexpr const char* kCases[] = {"pio/out", "cpu/cpuid", "mmio/write",
                                  "hypercall/kernel"};

// How many events count an exit besides the one that counts all.
constexpr int kFilters[] = {0, 1, 8, 24, 64};

double EventTicks(const Kvm& kvm, const CaseInstance& instance,
                  Watchdog& watchdog) {
  absl::StatusOr<Machine> machine = PrepareMachine(
      kvm, instance, ImageOf(instance, StampKind::kPlain, false));
  EB_CHECK(machine.ok());
  static LoopSamples& samples = *new LoopSamples;
  LoopPlan plan;
  plan.time_limit = absl::Seconds(60);
  plan.batch = BatchEvents(*instance.row, kEvents);
  plan.events = kEvents;
  for (int i = 0; i < 2; ++i) {
    samples.Clear();
    const absl::Status status =
        RunGuestLoop(*machine, *instance.row, plan, watchdog, samples);
    if (!status.ok()) {
      std::fprintf(stderr, "%s: %s\n", instance.name.c_str(),
                   std::string(status.message()).c_str());
      std::exit(4);
    }
  }
  return samples.EventTicks();
}

// Two threads on one CPU wait for each other. Returns the ticks of one round,
// in which this thread stops once and goes on once.
double WaitTicks() {
  constexpr int kRounds = 100;
  int there[2], back[2];
  EB_CHECK(pipe(there) == 0 && pipe(back) == 0);
  std::thread other([&] {
    char byte;
    while (read(there[0], &byte, 1) == 1) EB_CHECK(write(back[1], "x", 1) == 1);
  });
  std::vector<double> ticks;
  for (int i = 0; i < kRounds; ++i) {
    char byte;
    const uint64_t begin = StampFirst();
    EB_CHECK(write(there[1], "x", 1) == 1 && read(back[0], &byte, 1) == 1);
    ticks.push_back(static_cast<double>(StampLast() - begin));
  }
  close(there[1]);
  other.join();
  for (const int fd : {there[0], back[0], back[1]}) close(fd);
  std::sort(ticks.begin(), ticks.end());
  return ticks[ticks.size() / 2];
}

double MedianTicks(const std::function<void()>& call) {
  std::vector<double> ticks;
  for (int i = 0; i < 21; ++i) {
    const uint64_t begin = StampFirst();
    call();
    ticks.push_back(static_cast<double>(StampLast() - begin));
  }
  std::sort(ticks.begin(), ticks.end());
  return ticks[ticks.size() / 2];
}

// Returns the CPU time that this thread needs for `call`.
double CpuNs(const std::function<void()>& call) {
  timespec begin, end;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
  call();
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
  return static_cast<double>(end.tv_sec - begin.tv_sec) * 1e9 +
         static_cast<double>(end.tv_nsec - begin.tv_nsec);
}

// A group whose filters pass no exit: that is what most of them do.
TracepointGroup OpenGroup(absl::string_view tracepoint, absl::string_view field,
                          int filters) {
  const absl::StatusOr<uint64_t> number = KvmTracepoint(tracepoint);
  if (!number.ok()) {
    std::fprintf(stderr, "%s\n",
                 std::string(number.status().message()).c_str());
    std::exit(3);
  }
  std::vector<TracepointEvent> events = {{.number = *number}};
  for (int i = 0; i < filters; ++i) {
    events.push_back({*number, absl::StrCat(field, " == ", 1000 + i)});
  }
  absl::StatusOr<TracepointGroup> group = TracepointGroup::Open(0, events);
  EB_CHECK(group.ok());
  return *std::move(group);
}

struct Measured {
  std::vector<double> exits;  // As `instances`.
  double wait = 0;
};

Measured Measure(const Kvm& kvm, const std::vector<CaseInstance>& instances,
                 Watchdog& watchdog) {
  Measured measured;
  for (const CaseInstance& one : instances) {
    measured.exits.push_back(EventTicks(kvm, one, watchdog));
  }
  measured.wait = WaitTicks();
  return measured;
}

void Print(const std::string& what, const Measured& measured) {
  std::printf("%-28s", what.c_str());
  for (const double ticks : measured.exits) std::printf(" %16.0f", ticks);
  std::printf(" %10.0f\n", measured.wait);
  std::fflush(stdout);
}

int Main() {
  (void)PinThisThread(0);
  absl::StatusOr<Kvm> kvm = Kvm::Open();
  if (!kvm.ok()) {
    std::fprintf(stderr, "%s\n", std::string(kvm.status().message()).c_str());
    return 3;
  }
  const Backend backend = kvm->backend().backend;
  const char* const field =
      (backend & kBackendArm) != 0 ? "esr_ec" : "exit_reason";
  std::vector<CaseInstance> instances;
  std::printf("%-28s", "ticks");
  for (const char* name : kCases) {
    for (const CaseInstance& one : AllCases()) {
      if (one.name != name) continue;
      instances.push_back(one);
      std::printf(" %16s", name);
    }
  }
  std::printf(" %10s\n", "wait");
  Watchdog watchdog;
  Print("no event", Measure(*kvm, instances, watchdog));
  for (const int filters : kFilters) {
    const TracepointGroup group = OpenGroup("kvm_exit", field, filters);
    if (filters == 0 || filters == 24) {
      Print(absl::StrCat("1+", filters, ", off"),
            Measure(*kvm, instances, watchdog));
    }
    const double enable = MedianTicks([&group] { group.Enable(); });
    Print(absl::StrCat("1+", filters, ", on"),
          Measure(*kvm, instances, watchdog));
    const double disable = MedianTicks([&group] { group.Disable(); });
    const double read = MedianTicks([&group] { EB_CHECK(group.Read().ok()); });
    std::printf("  enable %.0f, disable %.0f, read %.0f\n", enable, disable,
                read);
  }
  {
    const std::unique_ptr<ExitWindowSource> source = OpenExitWindows(
        kvm->backend(), {{static_cast<pid_t>(syscall(SYS_gettid))}},
        kExitWindowPlan);
    const double open_ns = CpuNs([&source] { EB_CHECK(source->Open()); });
    Print("a window", Measure(*kvm, instances, watchdog));
    const double close_ns = CpuNs([&source] { source->Close(); });
    std::printf("  the watcher's CPU: open %.0f ns, close %.0f ns\n", open_ns,
                close_ns);
  }
  Print("no event any more", Measure(*kvm, instances, watchdog));
  return 0;
}

}  // namespace
}  // namespace exitbench

int main() { return exitbench::Main(); }
