#include "harness/run/legs.h"

#include <cmath>
#include <cstdlib>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "harness/clock/arch/timer.h"
#include "harness/loop/helper_threads.h"
#include "vmm/arch_guest.h"

namespace exitbench {
namespace {

// The legs may add up to another time than the round trip by this share of it.
constexpr double kMostLegError = 0.01;

// Returns whether the row has times between two clocks other than the legs.
bool ComparesClocks(const Case& row) {
  return Injects(row.stamps) || row.stamps == Stamps::kArrivals ||
         (row.service.serve != nullptr && row.per_event.bytes == 0);
}

void ClearComparisons(LoopSamples& samples) {
  for (size_t i = 0; i < kSampledMetrics; ++i) {
    if (kMetrics[i].two_clocks) samples.sampled[i].Clear();
  }
}

}  // namespace

absl::Status PrepareLegs(Machine& machine, const CaseInstance& instance,
                         const RunSettings& settings, LoopPlan& plan,
                         std::string& no_legs) {
  const bool compares = ComparesClocks(*instance.row);
  if (instance.row->expect.exit.reason == ExpectedExit::kNone && !compares) {
    no_legs = "no exit to userspace";
    return absl::OkStatus();
  }
  const double pair = settings.StampOf(instance.mode).pair_ticks;
  // A handler stamps at its first instruction, so its stamp may be emulated.
  if (pair > MostPairTicks() && !compares) {
    no_legs = absl::StrFormat(
        "%s is trapped or emulated in %s: two in a row take %.0f ticks",
        kGuestClockText, ModeName(instance.mode), pair);
    return absl::OkStatus();
  }
  Vcpu& vcpu = machine.vcpu();
  absl::StatusOr<int64_t> offset = GuestClockOffset(vcpu);
  if (!offset.ok()) {
    no_legs = std::string(offset.status().message());
    return absl::OkStatus();
  }
  absl::StatusOr<int64_t> khz = GuestClockKhz(vcpu);
  if (!khz.ok()) {
    no_legs = absl::StrCat("the host's ", kClockName,
                           " is unstable: ", khz.status().message());
    return absl::OkStatus();
  }
  if (machine.host_ticks_per_guest_tick() != 1 ||
      std::abs(static_cast<double>(*khz) - settings.clock_khz) >
          1e-3 * settings.clock_khz) {
    no_legs = absl::StrFormat("the guest's %s is scaled: %d kHz, host %.0f",
                              kClockName, *khz, settings.clock_khz);
    return absl::OkStatus();
  }
  // Some backends ignore the new offset without an error, so it is read back.
  if (*offset != 0) {
    (void)SetGuestClockOffset(vcpu, 0);
    EB_ASSIGN_OR_RETURN(*offset, GuestClockOffset(vcpu));
  }
  plan.clock_offset_ticks = *offset;
  plan.legs = true;
  return absl::OkStatus();
}

absl::Status CheckLegs(Machine& machine, const LoopPlan& plan,
                       LoopSamples& samples, std::string& no_legs) {
  if (plan.helpers != nullptr && !plan.helpers->no_comparison().empty()) {
    no_legs = plan.helpers->no_comparison();
    ClearComparisons(samples);
    return absl::OkStatus();
  }
  if (!plan.legs) {
    ClearComparisons(samples);
    return absl::OkStatus();
  }
  // On a running vCPU the ioctl blocks.
  if (plan.helpers != nullptr) plan.helpers->Stop();
  EB_ASSIGN_OR_RETURN(int64_t offset, GuestClockOffset(machine.vcpu()));
  if (offset != plan.clock_offset_ticks) {
    no_legs = absl::StrFormat("the %s offset moved during the run: %d to %d",
                              kClockName, plan.clock_offset_ticks, offset);
  } else if (samples.bracket_violations > 0) {
    no_legs = absl::StrFormat(
        "%d of %d events have stamps of two clocks out of order",
        samples.bracket_violations, samples.events);
  } else if (samples[MetricId::kExitLeg].raw.empty()) {
    return absl::OkStatus();
  } else {
    const double sum = samples[MetricId::kExitLeg].Iqm() +
                       samples[MetricId::kUserspace].Iqm() +
                       samples[MetricId::kEntryLeg].Iqm();
    const double whole = samples[MetricId::kGuest].Iqm();
    // Each of the four figures may be off by a quarter of a coarse clock's
    // step.
    if (std::abs(sum - whole) <=
        kMostLegError * whole + plan.coarse_step_ticks) {
      return absl::OkStatus();
    }
    no_legs = absl::StrFormat(
        "the legs add up to %.0f ticks, the round trip is %.0f", sum, whole);
  }
  ClearComparisons(samples);
  return absl::OkStatus();
}

}  // namespace exitbench
