#include "harness/run/metrics.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "results/model/summary.h"

namespace exitbench {
namespace {

Metric MakeMetric(absl::string_view name, Unit unit, Direction direction,
                  bool gating) {
  Metric metric;
  metric.name = std::string(name);
  metric.unit = unit;
  metric.direction = direction;
  metric.gating = gating;
  return metric;
}

void AddSummary(Metric metric, std::vector<double> samples,
                CaseResult& result) {
  if (samples.empty()) return;
  metric.runs.push_back({0, Summarize(samples)});
  result.metrics.push_back(std::move(metric));
}

void AddOne(absl::string_view name, Unit unit, double value,
            CaseResult& result) {
  AddSummary(MakeMetric(name, unit, Direction::kLowerIsBetter, false), {value},
             result);
}

void AddTicks(absl::string_view name, const std::vector<double>& ticks,
              CaseResult& result) {
  Samples samples;
  for (double t : ticks) {
    samples.raw.push_back(t);
    samples.histogram.Add(t > 0 ? static_cast<uint64_t>(t) : 0);
  }
  AddMetric(name, false, samples, result);
}

void AddSide(absl::string_view side, const NoiseFigures& figures,
             CaseResult& result) {
  AddOne(absl::StrCat(side, "_lost"), Unit::kRatio, figures.lost_share, result);
  AddOne(absl::StrCat(side, "_detours"), Unit::kCount, figures.detours_per_s,
         result);
  AddTicks(absl::StrCat(side, "_detour"), figures.detours_ticks, result);
}

}  // namespace

void AddMetric(absl::string_view name, bool gating, Samples& samples,
               CaseResult& result) {
  if (samples.raw.empty()) return;
  Metric metric =
      MakeMetric(name, Unit::kTicks, Direction::kLowerIsBetter, gating);
  metric.runs.push_back({0, Summarize(samples.raw)});
  metric.histogram = std::move(samples.histogram);
  result.metrics.push_back(std::move(metric));
}

void AddNoiseMetrics(const NoiseMeter& noise, double tsc_khz,
                     CaseResult& result) {
  const NoiseFigures guest = FiguresOf(noise.guest(), tsc_khz * 1000);
  const NoiseFigures host = FiguresOf(noise.host(), tsc_khz * 1000);
  std::vector<double> host_quanta;
  for (const QuantumBatch& batch : noise.host()) {
    for (uint64_t ticks : batch.ticks) {
      if (host_quanta.size() < kMaxSamples) {
        host_quanta.push_back(static_cast<double>(ticks));
      }
    }
  }
  AddTicks("host_quantum", host_quanta, result);
  AddSide("guest", guest, result);
  AddSide("host", host, result);
  bool counted = false;
  for (const QuantumBatch& batch : noise.guest()) counted |= batch.exits >= 0;
  if (counted) {
    AddOne("guest_detours_with_exit", Unit::kRatio, guest.with_exit_share,
           result);
  }
}

}  // namespace exitbench
