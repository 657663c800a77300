#include "results/boots/boot_variation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "results/model/summary.h"
#include "results/sides/merge.h"

namespace exitbench {
namespace {

// Variance of a median of n values against that of their mean.
constexpr double kMedianVariance = 1.5708;

using Key = std::pair<std::string, std::string>;  // Case and metric.

struct Samples {
  std::string code_hash;
  // The values of all runs, by boot.
  std::map<std::string, std::vector<double>> of_boot;
};

// Estimates the standard deviation from the quartiles, so that single runs
// don't matter.
double RobustDeviation(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return (Quantile(values, .75) - Quantile(values, .25)) / 1.349;
}

CaseVariation Measure(const Key& key, const Samples& samples) {
  CaseVariation variation;
  variation.case_name = key.first;
  variation.metric = key.second;
  variation.boots = static_cast<uint32_t>(samples.of_boot.size());
  std::vector<double> medians, log_medians;
  double within = 0;
  bool positive = true;
  for (const auto& [boot, values] : samples.of_boot) {
    medians.push_back(Median(values));
    std::vector<double> logs;
    for (double value : values) {
      positive = positive && value > 0;
      logs.push_back(positive ? std::log(value) : 0);
    }
    const double deviation = RobustDeviation(logs);
    within += kMedianVariance * deviation * deviation /
              static_cast<double>(logs.size());
    log_medians.push_back(Median(std::move(logs)));
  }
  const auto [low, high] = std::minmax_element(medians.begin(), medians.end());
  variation.range = *high - *low;
  if (!positive) return variation;
  const double boots = static_cast<double>(log_medians.size());
  double mean = 0, squares = 0;
  for (double x : log_medians) mean += x / boots;
  for (double x : log_medians) squares += (x - mean) * (x - mean);
  variation.sigma =
      std::sqrt(std::max(0.0, squares / (boots - 1) - within / boots));
  return variation;
}

const CaseVariation* Find(const std::vector<CaseVariation>& cases,
                          absl::string_view case_name,
                          absl::string_view metric) {
  for (const CaseVariation& c : cases) {
    if (c.case_name == case_name && c.metric == metric) return &c;
  }
  return nullptr;
}

}  // namespace

double BootVariation::Sigma(absl::string_view case_name,
                            absl::string_view metric) const {
  const CaseVariation* c = Find(cases, case_name, metric);
  return c == nullptr ? typical_sigma : std::max(c->sigma, typical_sigma);
}

double BootVariation::Range(absl::string_view case_name,
                            absl::string_view metric) const {
  const CaseVariation* c = Find(cases, case_name, metric);
  return c == nullptr ? 0 : c->range;
}

double BootVariation::Allowance(absl::string_view case_name,
                                absl::string_view metric, double value) const {
  return std::max(kRangesAllowed * Range(case_name, metric),
                  kLeastAllowed * std::abs(value));
}

absl::StatusOr<BootVariation> MeasureBootVariation(
    const std::vector<Side>& sides) {
  BootVariation result;
  std::map<Key, Samples> all;
  std::map<std::string, uint32_t> boots;
  for (const Side& side : sides) {
    if (absl::Status same =
            CheckSameHostAndKernel(sides.front().host, side.host);
        !same.ok()) {
      return absl::FailedPreconditionError(absl::StrCat(
          sides.front().label, " and ", side.label, ": ", same.message(),
          "; calibrate takes boots of one kernel on one host"));
    }
    std::vector<std::string> boot_names(side.boots);
    uint32_t next = 0;
    for (const Session& session : side.sessions) {
      if (session.quick && !side.quick) continue;
      const bool known =
          std::find(boot_names.begin(), boot_names.begin() + next,
                    session.boot_id) != boot_names.begin() + next;
      if (!known) boot_names[next++] = session.boot_id;
      boots.emplace(session.boot_id, boots.size());
    }
    for (const SideCase& c : side.cases) {
      if (c.outcome != Outcome::kOk) continue;
      for (const Series& series : c.series) {
        if (!series.gating || series.values.empty()) continue;
        Samples& samples = all[{c.name, series.metric}];
        if (samples.code_hash.empty()) samples.code_hash = c.code_hash;
        if (samples.code_hash != c.code_hash) {
          return absl::FailedPreconditionError(
              absl::StrCat(side.label, ": case ", c.name,
                           " was another payload than in the files before"));
        }
        for (size_t i = 0; i < series.values.size(); ++i) {
          samples.of_boot[boot_names[series.boots[i]]].push_back(
              series.values[i]);
        }
      }
    }
  }
  result.boots = static_cast<uint32_t>(boots.size());
  if (result.boots < kLeastBoots) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the files are of ", result.boots,
        result.boots == 1 ? " boot" : " boots", "; calibrate needs ",
        kLeastBoots, " or more boots of one kernel, better ", kGoodBoots));
  }
  result.host = sides.front().host;
  result.host.facts.clear();
  std::vector<double> sigmas;
  for (const auto& [key, samples] : all) {
    if (samples.of_boot.size() < kLeastBoots) continue;
    result.cases.push_back(Measure(key, samples));
    sigmas.push_back(result.cases.back().sigma);
  }
  // The median of estimates from few boots lies below what they estimate, as
  // the median of chi-square does below its mean (Wilson and Hilferty).
  const double freedom = result.boots - 1.0;
  result.typical_sigma =
      Median(std::move(sigmas)) / std::pow(1 - 2 / (9 * freedom), 1.5);
  return result;
}

}  // namespace exitbench
