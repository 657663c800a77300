#include "harness/run/figures.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "results/model/summary.h"

namespace exitbench {
namespace {

void AddSamples(std::string name, Unit unit, Direction direction,
                std::vector<double> samples, CaseResult& result) {
  Metric metric;
  metric.name = std::move(name);
  metric.unit = unit;
  metric.direction = direction;
  metric.runs.push_back({0, Summarize(samples)});
  result.metrics.push_back(std::move(metric));
}

std::vector<double> Divided(std::vector<double> samples, double by) {
  for (double& x : samples) x /= by;
  return samples;
}

}  // namespace

void AddValue(const char* name, Unit unit, Direction direction, double value,
              CaseResult& result) {
  AddSamples(name, unit, direction, {value}, result);
}

void AddRates(const Case& row, const std::vector<double>& ticks, double tsc_khz,
              Tick tick, CaseResult& result) {
  if (ticks.empty()) return;
  if (row.per_event.items > 0) {
    AddSamples(absl::StrCat("per_", row.per_event.item), Unit::kTicks,
               Direction::kLowerIsBetter, Divided(ticks, row.per_event.items),
               result);
  }
  if (row.per_event.bytes == 0) return;
  const double bytes = static_cast<double>(row.per_event.bytes);
  AddSamples("ticks_per_byte", Unit::kTicksPerByte, Direction::kLowerIsBetter,
             Divided(ticks, bytes), result);
  if (tick != Tick::kTsc || tsc_khz <= 0) return;
  std::vector<double> mb_per_s;
  mb_per_s.reserve(ticks.size());
  for (double x : ticks) {
    if (x > 0) mb_per_s.push_back(bytes * tsc_khz / 1e3 / x);
  }
  AddSamples("mb_per_s", Unit::kMbPerS, Direction::kHigherIsBetter,
             std::move(mb_per_s), result);
}

void AddFigures(const Case& row, Machine& machine,
                const std::vector<double>& ticks, CaseResult& result) {
  if (row.figures == nullptr || ticks.empty()) return;
  double sum = 0;
  for (double x : ticks) sum += x;
  for (const Figure& figure :
       row.figures(machine, sum / static_cast<double>(ticks.size()))) {
    AddValue(figure.name, figure.unit, figure.direction, figure.value, result);
  }
}

}  // namespace exitbench
