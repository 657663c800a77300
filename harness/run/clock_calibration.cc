#include "harness/run/clock_calibration.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "guest_blobs/payloads.h"
#include "harness/clock/arch/timer.h"
#include "harness/clock/guest_stamp.h"
#include "results/model/summary.h"
#include "vmm/machine.h"

namespace exitbench {
namespace {

constexpr uint32_t kHostPairs = 100000;
constexpr uint32_t kGuestPairs = 1000;
constexpr absl::Duration kTimeLimit = absl::Seconds(5);

const Case& IdleRow() {
  static const Case row = {.name = "calibration", .blob = &blobs::idle};
  return row;
}

// Returns the pair's ticks in `mode` with stamps of `kind`.
absl::StatusOr<Summary> GuestPair(const Kvm& kvm, GuestMode mode,
                                  StampKind kind, RunTools& tools) {
  const Case& row = IdleRow();
  EB_ASSIGN_OR_RETURN(Machine machine,
                      Machine::Create(kvm, row.shape, mode,
                                      row.blob->event[static_cast<int>(kind)]));
  LoopPlan plan;
  plan.batch = BatchEvents(row, kGuestPairs);
  plan.time_limit = kTimeLimit;
  plan.events = plan.batch;
  tools.samples.Clear();
  EB_RETURN_IF_ERROR(
      RunGuestLoop(machine, row, plan, tools.watchdog, tools.samples));
  tools.samples.Clear();
  plan.events = kGuestPairs;
  EB_RETURN_IF_ERROR(
      RunGuestLoop(machine, row, plan, tools.watchdog, tools.samples));
  return Summarize(tools.samples[MetricId::kGuest].raw);
}

// Finds the best kind of stamp that runs in `mode`. Returns its empty pair.
absl::StatusOr<Summary> BestStamp(const Kvm& kvm, GuestMode mode,
                                  RunTools& tools, ModeStamp& best) {
  absl::Status last;
  for (StampKind kind :
       {StampKind::kFenced, StampKind::kLfence, StampKind::kPlain}) {
    if (!GuestHasStamp(kvm, kind)) continue;
    absl::StatusOr<Summary> pair = GuestPair(kvm, mode, kind, tools);
    if (pair.ok()) {
      best = {.kind = kind, .pair_ticks = pair->p50};
      return pair;
    }
    last = pair.status();
  }
  return absl::InternalError(absl::StrCat("not even an empty payload runs in ",
                                          ModeName(mode), ": ",
                                          last.message()));
}

}  // namespace

double ClockQuantum(std::vector<uint64_t> differences_ticks) {
  std::map<uint64_t, size_t> counts;
  for (uint64_t d : differences_ticks) ++counts[d];
  const size_t frequent = std::max<size_t>(2, differences_ticks.size() / 1000);
  std::map<uint64_t, size_t> steps;
  uint64_t previous = 0;
  bool has_previous = false;
  for (const auto& [value, count] : counts) {
    if (count < frequent) continue;
    if (has_previous) ++steps[value - previous];
    previous = value;
    has_previous = true;
  }
  size_t most = 0;
  uint64_t quantum = 1;
  for (const auto& [step, count] : steps) {
    if (count > most) {
      most = count;
      quantum = step;
    }
  }
  return static_cast<double>(quantum);
}

double CoarseStep(double quantum_ticks, double clock_khz, Tick tick) {
  if (tick != Tick::kTsc || clock_khz <= 0) return 0;
  return quantum_ticks * 1e6 / clock_khz > kCoarseStepNs ? quantum_ticks : 0;
}

absl::Status CalibrateClock(const Kvm& kvm, RunTools& tools,
                            RunSettings& settings,
                            ClockCalibration& calibration) {
  std::vector<double> pairs(kHostPairs);
  std::vector<uint64_t> differences(kHostPairs);
  for (uint32_t i = 0; i < kHostPairs; ++i) {
    const uint64_t before = StampFirst();
    const uint64_t after = StampLast();
    pairs[i] = static_cast<double>(after - before);
  }
  for (uint32_t i = 0; i < kHostPairs; ++i) {
    const uint64_t before = StampFirst();
    // Work of varying length spreads the differences over several steps of the
    // clock.
    for (uint32_t j = 0; j < i % 64; ++j) asm volatile("" ::: "memory");
    differences[i] = StampLast() - before;
  }
  const Summary host = Summarize(pairs);
  calibration.host_pair_mean_ticks = host.mean;
  calibration.host_pair_p50_ticks = host.p50;
  calibration.clock_quantum_ticks = ClockQuantum(std::move(differences));
  calibration.host_stamp = HostStampText();
  settings.coarse_step_ticks =
      CoarseStep(calibration.clock_quantum_ticks, settings.clock_khz,
                 settings.config.tick);

  EB_RETURN_IF_ERROR(
      BestStamp(kvm, kKernelMode, tools, settings.kernel_stamp).status());
  EB_ASSIGN_OR_RETURN(Summary user,
                      BestStamp(kvm, kUserMode, tools, settings.user_stamp));
  // User mode runs natively on every backend, so its pair is the clock's own
  // cost.
  calibration.guest_pair_mean_ticks = user.mean;
  calibration.guest_pair_p50_ticks = user.p50;
  calibration.guest_stamp_ring0 = GuestStampText(settings.kernel_stamp.kind);
  calibration.guest_stamp_ring3 = GuestStampText(settings.user_stamp.kind);
  return absl::OkStatus();
}

}  // namespace exitbench
