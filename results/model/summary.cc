#include "results/model/summary.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace exitbench {

double InterquartileMean(const std::vector<double>& sorted) {
  if (sorted.empty()) return 0;
  const double n = static_cast<double>(sorted.size());
  const double low = n / 4, high = 3 * n / 4;
  double sum = 0;
  for (size_t i = static_cast<size_t>(low); i < sorted.size(); ++i) {
    const double begin = std::max(low, static_cast<double>(i));
    const double end = std::min(high, static_cast<double>(i) + 1);
    if (end <= begin) break;
    sum += sorted[i] * (end - begin);
  }
  return sum / (high - low);
}

double Quantile(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return 0;
  const double rank = q * static_cast<double>(sorted.size() - 1);
  const size_t below = static_cast<size_t>(rank);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double part = rank - static_cast<double>(below);
  return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

Summary Summarize(std::vector<double>& samples) {
  Summary s;
  if (samples.empty()) return s;
  std::sort(samples.begin(), samples.end());
  s.count = static_cast<uint32_t>(samples.size());
  double sum = 0;
  for (double x : samples) sum += x;
  s.mean = sum / static_cast<double>(samples.size());
  double squares = 0;
  for (double x : samples) squares += (x - s.mean) * (x - s.mean);
  if (samples.size() > 1) {
    s.standard_deviation =
        std::sqrt(squares / static_cast<double>(samples.size() - 1));
  }
  s.iqm = InterquartileMean(samples);
  s.min = samples.front();
  s.p50 = Quantile(samples, .5);
  s.p90 = Quantile(samples, .9);
  s.p99 = Quantile(samples, .99);
  s.p999 = Quantile(samples, .999);
  s.max = samples.back();
  return s;
}

std::vector<double> RunIqms(const Metric& metric) {
  std::vector<double> iqms;
  iqms.reserve(metric.runs.size());
  for (const RunStatistics& run : metric.runs) iqms.push_back(run.summary.iqm);
  return iqms;
}

Repeats RepeatsOf(const Metric& metric) {
  std::vector<double> iqms = RunIqms(metric);
  Repeats repeats;
  if (iqms.empty()) return repeats;
  std::sort(iqms.begin(), iqms.end());
  size_t most = 0;
  for (auto i = iqms.begin(); i != iqms.end();) {
    const auto next = std::upper_bound(i, iqms.end(), *i);
    most = std::max(most, static_cast<size_t>(next - i));
    i = next;
  }
  repeats.runs = static_cast<uint32_t>(iqms.size());
  repeats.differing = static_cast<uint32_t>(iqms.size() - most);
  repeats.range = iqms.back() - iqms.front();
  return repeats;
}

Summary SummarizeAllRuns(const Metric& metric) {
  Summary all;
  if (metric.runs.empty()) return all;
  double n = 0, sum = 0;
  all.min = metric.runs[0].summary.min;
  all.max = metric.runs[0].summary.max;
  for (const RunStatistics& run : metric.runs) {
    const Summary& s = run.summary;
    all.count += s.count;
    n += s.count;
    sum += s.mean * s.count;
    all.min = std::min(all.min, s.min);
    all.max = std::max(all.max, s.max);
  }
  all.mean = n > 0 ? sum / n : 0;
  double squares = 0;
  for (const RunStatistics& run : metric.runs) {
    const Summary& s = run.summary;
    const double off = s.mean - all.mean;
    squares += s.standard_deviation * s.standard_deviation *
                   (s.count > 0 ? s.count - 1 : 0) +
               off * off * s.count;
  }
  if (n > 1) all.standard_deviation = std::sqrt(squares / (n - 1));
  std::vector<double> iqms = RunIqms(metric);
  std::sort(iqms.begin(), iqms.end());
  all.iqm = Quantile(iqms, .5);
  if (metric.histogram.total() > 0) {
    all.p50 = metric.histogram.Quantile(.5);
    all.p90 = metric.histogram.Quantile(.9);
    all.p99 = metric.histogram.Quantile(.99);
    all.p999 = metric.histogram.Quantile(.999);
  } else {
    std::vector<double> medians;
    for (const RunStatistics& run : metric.runs) {
      medians.push_back(run.summary.p50);
    }
    std::sort(medians.begin(), medians.end());
    all.p50 = Quantile(medians, .5);
    all.p90 = Quantile(medians, .9);
    all.p99 = Quantile(medians, .99);
    all.p999 = Quantile(medians, .999);
  }
  return all;
}

namespace {

double VarianceOfRuns(const Metric& metric) {
  std::vector<double> iqms = RunIqms(metric);
  const double sd = Summarize(iqms).standard_deviation;
  return sd * sd;
}

}  // namespace

NetCost NetOf(const Metric& event, const Metric& control) {
  return {SummarizeAllRuns(event).iqm - SummarizeAllRuns(control).iqm,
          std::sqrt(VarianceOfRuns(event) + VarianceOfRuns(control))};
}

}  // namespace exitbench
