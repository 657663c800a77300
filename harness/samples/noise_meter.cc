#include "harness/samples/noise_meter.h"

#include <algorithm>

#include "harness/clock/arch/timer.h"
#include "harness/samples/arch/quantum.h"

namespace exitbench {
namespace {

// Later batches of a run are not kept. So many show as much.
constexpr size_t kMostBatches = 20000;

// Returns the exits of vCPU 0 so far. -1 where the kernel does not count them.
double ExitsOf(Machine& machine) {
  const KvmStats* stats = machine.vcpu_stats();
  if (stats == nullptr) return -1;
  const int at = stats->Find("exits");
  absl::StatusOr<StatsSnapshot> now = stats->Read();
  if (at < 0 || !now.ok()) return -1;
  return static_cast<double>((*now)[static_cast<size_t>(at)]);
}

}  // namespace

std::vector<double> GuestQuanta(const GuestStamp* stamps, uint32_t quanta,
                                double host_ticks) {
  std::vector<double> ticks;
  ticks.reserve(quanta);
  for (uint32_t i = 0; i < quanta; ++i) {
    ticks.push_back(host_ticks * static_cast<double>(stamps[i].after_ticks -
                                                     stamps[i].before_ticks));
  }
  return ticks;
}

NoiseFigures FiguresOf(const std::vector<QuantumBatch>& batches,
                       double ticks_per_s) {
  NoiseFigures figures;
  std::vector<double> all;
  for (const QuantumBatch& batch : batches) {
    all.insert(all.end(), batch.ticks.begin(), batch.ticks.end());
  }
  if (all.empty()) return figures;
  std::sort(all.begin(), all.end());
  double sum = 0;
  for (double ticks : all) sum += ticks;
  if (sum == 0) return figures;
  figures.usual_ticks = all[all.size() / 2];
  const double least = all.front();
  figures.lost_share = 1 - least * static_cast<double>(all.size()) / sum;
  double explained = 0;
  for (const QuantumBatch& batch : batches) {
    double detours = 0;
    for (double ticks : batch.ticks) {
      if (ticks <= kDetourFrom * figures.usual_ticks) continue;
      figures.detours_ticks.push_back(ticks - figures.usual_ticks);
      ++detours;
    }
    explained += std::min(detours, std::max(0.0, batch.exits));
  }
  const double detours = static_cast<double>(figures.detours_ticks.size());
  if (detours > 0) figures.with_exit_share = explained / detours;
  figures.detours_per_s = detours / sum * ticks_per_s;
  return figures;
}

void NoiseMeter::Clear() {
  guest_.clear();
  host_.clear();
}

void NoiseMeter::BeginGuestBatch(Machine& machine) {
  exits_before_ = ExitsOf(machine);
}

void NoiseMeter::AddGuestBatch(Machine& machine, uint32_t quanta) {
  if (guest_.size() >= kMostBatches) return;
  QuantumBatch batch;
  const double exits = ExitsOf(machine);
  // The doorbell is one exit.
  if (exits >= 0) batch.exits = std::max(0.0, exits - exits_before_ - 1);
  batch.ticks = GuestQuanta(machine.stamps(0), quanta,
                            machine.host_ticks_per_guest_tick());
  guest_.push_back(std::move(batch));
}

void NoiseMeter::WorkOnHost(uint32_t passes, uint32_t quanta) {
  if (host_.size() >= kMostBatches) return;
  QuantumBatch batch;
  batch.ticks.resize(quanta);
  for (double& ticks : batch.ticks) {
    const uint64_t before = StampFirst();
    WorkQuantum(passes);
    ticks = static_cast<double>(StampLast() - before);
  }
  host_.push_back(std::move(batch));
}

}  // namespace exitbench
