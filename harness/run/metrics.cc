#include "harness/run/metrics.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "results/model/summary.h"

namespace exitbench {
namespace {

Metric MakeMetric(MetricId id, absl::string_view name_end = "") {
  const MetricSpec& spec = SpecOf(id);
  Metric metric;
  metric.name = absl::StrCat(spec.name, name_end);
  metric.unit = spec.unit;
  metric.direction = spec.direction;
  metric.gating = spec.gating;
  return metric;
}

// Adds the summary of `samples`, which it sorts, as `metric`.
void AddSummary(Metric metric, std::vector<double>& samples,
                CaseResult& result) {
  metric.runs.push_back({0, Summarize(samples)});
  result.metrics.push_back(std::move(metric));
}

std::vector<double> Divided(std::vector<double> samples, double by) {
  for (double& x : samples) x /= by;
  return samples;
}

// Adds a metric with all of `ticks` as raw samples.
void AddTicks(MetricId id, const std::vector<double>& ticks,
              CaseResult& result) {
  Samples samples;
  samples.raw = ticks;
  for (double t : ticks) samples.Add(t, false);
  AddMetric(id, samples, result);
}

}  // namespace

void AddMetric(MetricId id, Samples& samples, CaseResult& result) {
  if (samples.raw.empty()) return;
  Metric metric = MakeMetric(id);
  metric.histogram = std::move(samples.histogram);
  AddSummary(std::move(metric), samples.raw, result);
}

void AddEventMeans(const Case& row, double clock_khz, EventMeans& event,
                   EventMeans& control, CaseResult& result) {
  if (event.means.raw.empty() || control.means.raw.empty()) return;
  // No payload's loop takes as long by itself.
  constexpr double kMostGapNs = 500;
  const bool spans =
      row.stamps == Stamps::kAroundEvent && row.service.serve == nullptr &&
      !row.works_between_events &&
      SpansTellTheEvent(event, control, kMostGapNs * clock_khz / 1e6);
  for (Metric& metric : result.metrics) {
    for (const MetricId id : {MetricId::kGuest, MetricId::kKvmRun,
                              MetricId::kExitLeg, MetricId::kEntryLeg}) {
      if (metric.name == SpecOf(id).name) metric.gating = false;
    }
  }
  AddMetric(MetricId::kGuestMean, spans ? event.spans : event.means, result);
  AddMetric(MetricId::kGuestMeanControl, spans ? control.spans : control.means,
            result);
}

void AddValue(MetricId id, double value, CaseResult& result) {
  std::vector<double> one = {value};
  AddSummary(MakeMetric(id), one, result);
}

void AddRates(const Case& row, const std::vector<double>& ticks,
              double clock_khz, Tick tick, CaseResult& result) {
  if (ticks.empty()) return;
  if (row.per_event.items > 0) {
    std::vector<double> per_item = Divided(ticks, row.per_event.items);
    AddSummary(MakeMetric(MetricId::kPerItem, row.per_event.item), per_item,
               result);
  }
  if (row.per_event.bytes == 0) return;
  const double bytes = static_cast<double>(row.per_event.bytes);
  std::vector<double> per_byte = Divided(ticks, bytes);
  AddSummary(MakeMetric(MetricId::kTicksPerByte), per_byte, result);
  if (tick != Tick::kTsc || clock_khz <= 0) return;
  std::vector<double> mb_per_s;
  mb_per_s.reserve(ticks.size());
  for (double x : ticks) {
    if (x > 0) mb_per_s.push_back(bytes * clock_khz / 1e3 / x);
  }
  AddSummary(MakeMetric(MetricId::kMbPerS), mb_per_s, result);
}

void AddSteps(const Case& row, std::vector<Samples>& steps,
              CaseResult& result) {
  size_t at = 0;
  for (const HostStep& step : row.host_loop.steps) {
    Samples& samples = steps[at++];
    if (samples.raw.empty()) continue;
    Metric metric = MakeMetric(MetricId::kCallStep, step.name);
    metric.histogram = std::move(samples.histogram);
    AddSummary(std::move(metric), samples.raw, result);
  }
}

void AddFigures(const Case& row, Machine& machine,
                const std::vector<double>& ticks, CaseResult& result) {
  if (row.figures == nullptr || ticks.empty()) return;
  double sum = 0;
  for (double x : ticks) sum += x;
  for (const Figure& figure :
       row.figures(machine, sum / static_cast<double>(ticks.size()))) {
    Metric metric;
    metric.name = figure.name;
    metric.unit = figure.unit;
    metric.direction = figure.direction;
    std::vector<double> one = {figure.value};
    AddSummary(std::move(metric), one, result);
  }
}

void AddNoiseMetrics(const NoiseMeter& noise, double clock_khz,
                     CaseResult& result) {
  const NoiseFigures guest = FiguresOf(noise.guest(), clock_khz * 1000);
  const NoiseFigures host = FiguresOf(noise.host(), clock_khz * 1000);
  std::vector<double> host_quanta;
  for (const QuantumBatch& batch : noise.host()) {
    for (double ticks : batch.ticks) {
      if (host_quanta.size() < kMaxSamples) host_quanta.push_back(ticks);
    }
  }
  AddTicks(MetricId::kHostQuantum, host_quanta, result);
  AddValue(MetricId::kGuestLost, guest.lost_share, result);
  AddValue(MetricId::kGuestDetours, guest.detours_per_s, result);
  AddTicks(MetricId::kGuestDetour, guest.detours_ticks, result);
  AddValue(MetricId::kHostLost, host.lost_share, result);
  AddValue(MetricId::kHostDetours, host.detours_per_s, result);
  AddTicks(MetricId::kHostDetour, host.detours_ticks, result);
  bool counted = false;
  for (const QuantumBatch& batch : noise.guest()) counted |= batch.exits >= 0;
  if (counted) {
    AddValue(MetricId::kGuestDetoursWithExit, guest.with_exit_share, result);
  }
}

}  // namespace exitbench
