#include "harness/loop/host_loop.h"

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "harness/clock/arch/timer.h"
#include "harness/loop/arch/argument.h"
#include "harness/loop/describe_vcpus.h"
#include "harness/loop/outcome.h"
#include "harness/loop/trace_mark.h"

namespace exitbench {
namespace {

constexpr size_t kMostSteps = 10;

size_t StepsOf(const HostLoop& loop) {
  return static_cast<size_t>(loop.steps.end() - loop.steps.begin());
}

struct TimedCall {
  uint64_t before_ticks;
  uint64_t after_ticks;
  int result;
  int error;
};

// Not inlined, so that the instructions between the stamps do not depend on the
// code around the call. An instruction-counting host shows every one of them.
__attribute__((noinline)) TimedCall Time(int (*timed)(Machine&),
                                         Machine& machine) {
  TimedCall call;
  Machine* argument = &machine;
  call.before_ticks = StampFirst();
  KeepInSavedRegister(argument);
  call.result = timed(*argument);
  call.after_ticks = StampLast();
  call.error = errno;
  return call;
}

// The stamps of an event of several calls: before the first, and after each.
struct TimedSteps {
  uint64_t ticks[kMostSteps + 1];
  size_t done = 0;
};

// Its own stamps are part of each step, and of the event.
__attribute__((noinline)) TimedCall Time(const HostLoop& loop, Machine& machine,
                                         TimedSteps& steps) {
  TimedCall call = {};
  steps.ticks[0] = call.before_ticks = StampFirst();
  for (const HostStep& step : loop.steps) {
    const int result = step.timed(machine);
    steps.ticks[++steps.done] = StampLast();
    if (result != 0) {
      call.result = static_cast<int>(steps.done);
      call.error = errno;
      break;
    }
  }
  call.after_ticks = steps.ticks[steps.done];
  return call;
}

// Runs one event with its hooks. Adds its ticks to `samples`, unless the
// watchdog fired.
absl::Status RunEvent(Machine& machine, const HostLoop& loop, bool keep,
                      const Watchdog& watchdog, absl::string_view trace_name,
                      LoopSamples& samples, Region* region) {
  if (loop.before != nullptr) EB_RETURN_IF_ERROR(loop.before(machine));
  if (!trace_name.empty()) BeginTrace(trace_name);
  if (region != nullptr) region->Enter();
  TimedSteps steps;
  const TimedCall call = loop.steps.empty() ? Time(loop.timed, machine)
                                            : Time(loop, machine, steps);
  if (region != nullptr) region->Leave();
  if (!trace_name.empty()) EndTrace();
  if (watchdog.fired()) return absl::OkStatus();
  const absl::Status status =
      loop.after == nullptr ? absl::OkStatus()
                            : loop.after(machine, call.result, call.error);
  samples[MetricId::kHostBatch].Add(
      static_cast<double>(call.after_ticks - call.before_ticks), keep);
  for (size_t i = 0; i < steps.done; ++i) {
    samples.steps[i].Add(
        static_cast<double>(steps.ticks[i + 1] - steps.ticks[i]), keep);
  }
  return status;
}

// Returns, for the message, the state of the vCPU if it is the only one and
// this thread ran it: one that another thread runs can't be read.
std::string DescribeOwnVcpu(Machine& machine, const HostLoop& loop) {
  if (loop.guest == nullptr || loop.guest_beside || machine.vcpus() > 1) {
    return "";
  }
  return absl::StrCat(DescribeVcpus(machine), "; ");
}

}  // namespace

absl::Status RunHostLoop(Machine& machine, const Case& row, uint32_t events,
                         absl::Duration time_limit, Watchdog& watchdog,
                         LoopSamples& samples, absl::string_view trace_name,
                         Region* region) {
  const KeptEvents kept(events);
  samples.steps.resize(StepsOf(row.host_loop));
  EB_RETURN_IF_ERROR(watchdog.Arm(machine.vcpu().run(), time_limit));
  absl::Status status;
  for (uint32_t i = 0; status.ok() && i < events; ++i) {
    status = RunEvent(machine, row.host_loop, kept.Has(i), watchdog, trace_name,
                      samples, region);
    const std::string far = absl::StrCat("after ", i, " events)");
    if (!watchdog.fired()) {
      status = Annotated("", status, absl::StrCat(" (", far));
    } else if (status.ok()) {
      status = absl::DeadlineExceededError(
          absl::StrCat("no end within ", absl::FormatDuration(time_limit), " (",
                       DescribeOwnVcpu(machine, row.host_loop), far));
    } else {
      // The watchdog broke a hook that runs the guest.
      status = absl::DeadlineExceededError(
          absl::StrCat(status.message(), " (", far));
    }
  }
  watchdog.Disarm();
  return status;
}

}  // namespace exitbench
