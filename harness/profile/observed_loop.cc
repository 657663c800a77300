#include "harness/profile/observed_loop.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "harness/loop/guest_loop.h"
#include "harness/loop/helper_threads.h"
#include "harness/loop/host_loop.h"
#include "harness/run/run_parts.h"
#include "harness/settings/prepare.h"

namespace exitbench {
namespace {

constexpr absl::Duration kSlice = absl::Milliseconds(40);
constexpr uint32_t kPilotEvents = 10;
// Making VMs may take this many times the time of the events.
constexpr int kMostOverhead = 3;

// A fresh VM, ready to run events of a case.
class ObservedMachine {
 public:
  ObservedMachine(const CaseInstance& instance, RunTools& tools,
                  Machine machine, absl::Duration time_limit)
      : row_(*instance.row), tools_(tools), machine_(std::move(machine)) {
    plan_.time_limit = time_limit;
  }

  // It must not be moved then: the helper threads refer to the machine.
  absl::Status Start(const RunSettings& settings, uint32_t slice_events) {
    if (row_.blob == nullptr) return absl::OkStatus();
    plan_.batch = BatchEvents(row_, slice_events);
    EB_ASSIGN_OR_RETURN(
        helpers_, HelperThreads::Start(machine_, row_, settings.Helpers()));
    plan_.helpers = helpers_.get();
    return absl::OkStatus();
  }

  absl::Status WarmUp(uint32_t events) {
    return Run(
        row_.blob == nullptr ? events : WarmupEvents(row_, plan_.batch, events),
        nullptr);
  }

  absl::Status Run(uint32_t events, Region* region) {
    tools_.samples.Clear();
    if (row_.blob == nullptr) {
      return RunHostLoop(machine_, row_, events, plan_.time_limit,
                         tools_.watchdog, tools_.samples,
                         /*trace_name=*/"", region);
    }
    plan_.events = events;
    plan_.region = region;
    return RunGuestLoop(machine_, row_, plan_, tools_.watchdog, tools_.samples);
  }

 private:
  const Case& row_;
  RunTools& tools_;
  Machine machine_;
  std::unique_ptr<HelperThreads> helpers_;  // Destroyed before the machine.
  LoopPlan plan_;
};

absl::StatusOr<std::unique_ptr<ObservedMachine>> Make(
    const Kvm& kvm, const CaseInstance& instance, const RunSettings& settings,
    RunTools& tools, uint32_t slice_events) {
  EB_ASSIGN_OR_RETURN(
      Machine machine,
      PrepareMachine(
          kvm, instance,
          ImageOf(instance, settings.StampOf(instance.mode).kind, false)));
  auto made = std::make_unique<ObservedMachine>(
      instance, tools, std::move(machine), settings.config.time_limit);
  EB_RETURN_IF_ERROR(made->Start(settings, slice_events));
  return made;
}

// Returns what one event takes, by a few of them in a VM of their own.
absl::StatusOr<absl::Duration> Pilot(const Kvm& kvm,
                                     const CaseInstance& instance,
                                     const RunSettings& settings,
                                     RunTools& tools, uint32_t events) {
  EB_ASSIGN_OR_RETURN(const auto machine,
                      Make(kvm, instance, settings, tools, events));
  EB_RETURN_IF_ERROR(machine->Run(1, nullptr));
  const absl::Time started = absl::Now();
  EB_RETURN_IF_ERROR(machine->Run(events, nullptr));
  return std::max((absl::Now() - started) / events, absl::Nanoseconds(50));
}

uint32_t Fitting(absl::Duration time, absl::Duration each, uint32_t most) {
  const double events = absl::FDivDuration(time, each);
  return std::max(1u, static_cast<uint32_t>(std::min<double>(events, most)));
}

}  // namespace

absl::StatusOr<uint64_t> RunObserved(
    const Kvm& kvm, const CaseInstance& instance, RunSettings settings,
    RunTools& tools, Region& region, absl::Duration time,
    const std::function<absl::Status()>& between) {
  const uint32_t most = settings.EventsOf(*instance.row).events;
  EB_ASSIGN_OR_RETURN(
      const absl::Duration each,
      Pilot(kvm, instance, settings, tools, std::min(kPilotEvents, most)));
  settings.config.exits = Fitting(time, each, most);
  const EventCounts counts = settings.EventsOf(*instance.row);
  const uint32_t slice = Fitting(kSlice, each, counts.events);
  const absl::Time end = absl::Now() + kMostOverhead * time;
  absl::Duration observed;
  uint64_t events_done = 0;
  while (observed < time && absl::Now() < end) {
    EB_ASSIGN_OR_RETURN(const auto machine,
                        Make(kvm, instance, settings, tools, slice));
    EB_RETURN_IF_ERROR(machine->WarmUp(counts.warmup));
    for (uint32_t done = 0;
         done < counts.events && observed < time && absl::Now() < end;) {
      const uint32_t events = std::min(slice, counts.events - done);
      const absl::Time started = absl::Now();
      EB_RETURN_IF_ERROR(machine->Run(events, &region));
      observed += absl::Now() - started;
      done += events;
      events_done += events;
      EB_RETURN_IF_ERROR(between());
    }
  }
  return events_done;
}

}  // namespace exitbench
