#include "harness/run/calibration.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "guest_blobs/payloads.h"
#include "harness/clock/x86_64/timer.h"
#include "results/model/summary.h"
#include "vmm/machine.h"

namespace exitbench {
namespace {

constexpr uint32_t kHostPairs = 100000;
constexpr uint32_t kGuestPairs = 1000;
constexpr absl::Duration kTimeLimit = absl::Seconds(5);

constexpr const char* kStampText[kStampKinds] = {
    "lfence;rdtsc;lfence rdtscp;lfence", "lfence;rdtsc;lfence", "rdtsc"};

const Case& IdleRow() {
  static const Case row = {.name = "calibration", .blob = &blobs::idle};
  return row;
}

// The pair's ticks in `ring` with stamps of `kind`.
absl::StatusOr<Summary> GuestPair(const Kvm& kvm, int ring, StampKind kind,
                                  RunTools& tools) {
  const Case& row = IdleRow();
  EB_ASSIGN_OR_RETURN(Machine machine,
                      Machine::Create(kvm, row.shape, ring,
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

absl::StatusOr<Summary> BestStamp(const Kvm& kvm, int ring, RunTools& tools,
                                  StampKind& best) {
  const bool has_rdtscp = kvm.GuestHasCpuidBit(0x80000001, 3, 27);
  absl::Status last;
  for (StampKind kind :
       {StampKind::kFenced, StampKind::kLfence, StampKind::kPlain}) {
    if (kind == StampKind::kFenced && !has_rdtscp) continue;
    absl::StatusOr<Summary> pair = GuestPair(kvm, ring, kind, tools);
    if (pair.ok()) {
      best = kind;
      return pair;
    }
    last = pair.status();
  }
  return absl::InternalError(absl::StrCat(
      "not even an empty payload runs in ring ", ring, ": ", last.message()));
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

absl::Status Calibrate(const Kvm& kvm, RunTools& tools, RunSettings& settings,
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
    // Work of varying length, so that the differences spread over several
    // steps of the clock.
    for (uint32_t j = 0; j < i % 64; ++j) asm volatile("" ::: "memory");
    differences[i] = StampLast() - before;
  }
  const Summary host = Summarize(pairs);
  calibration.host_pair_mean_ticks = host.mean;
  calibration.host_pair_p50_ticks = host.p50;
  calibration.clock_quantum_ticks = ClockQuantum(std::move(differences));
  calibration.host_stamp = kHostStampText;

  EB_ASSIGN_OR_RETURN(Summary ring0,
                      BestStamp(kvm, 0, tools, settings.stamp_ring0));
  EB_ASSIGN_OR_RETURN(Summary ring3,
                      BestStamp(kvm, 3, tools, settings.stamp_ring3));
  settings.pair_ticks_ring0 = ring0.p50;
  settings.pair_ticks_ring3 = ring3.p50;
  // Ring 3 runs natively on every backend, so its pair is the clock's cost.
  calibration.guest_pair_mean_ticks = ring3.mean;
  calibration.guest_pair_p50_ticks = ring3.p50;
  calibration.guest_stamp_ring0 =
      kStampText[static_cast<int>(settings.stamp_ring0)];
  calibration.guest_stamp_ring3 =
      kStampText[static_cast<int>(settings.stamp_ring3)];
  return absl::OkStatus();
}

}  // namespace exitbench
