#include "results/compare/diff.h"

#include <cmath>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "results/boots/diff_boots.h"
#include "results/sides/side_warnings.h"

namespace exitbench {
namespace {

const Series* Find(const SideCase& c, absl::string_view metric) {
  for (const Series& series : c.series) {
    if (series.metric == metric) return &series;
  }
  return nullptr;
}

// Returns whether the baseline lacks the metric because its exitbench did not
// know it: no case of it has the metric, and the versions differ.
bool CameWithTool(const Side& baseline, const Side& candidate,
                  absl::string_view metric) {
  if (baseline.tool_version == candidate.tool_version) return false;
  for (const SideCase& c : baseline.cases) {
    if (Find(c, metric) != nullptr) return false;
  }
  return true;
}

// The family keeps pointers into `diff.metrics`. They stay valid since the
// vector has its full size before they are taken.
void CompareMetrics(const Side& baseline, const SideCase& a,
                    const Side& candidate, const SideCase& b,
                    TestFamily& family, CaseDiff& diff) {
  std::vector<std::pair<const Series*, const Series*>> pairs;
  for (const Series& series : a.series) {
    if (IsJudged(series)) pairs.emplace_back(&series, Find(b, series.metric));
  }
  for (const Series& series : b.series) {
    if (IsJudged(series) && Find(a, series.metric) == nullptr &&
        !CameWithTool(baseline, candidate, series.metric)) {
      pairs.emplace_back(nullptr, &series);
    }
  }
  diff.metrics.resize(pairs.size());
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto [x, y] = pairs[i];
    Series none;
    const Series& known = x != nullptr ? *x : *y;
    none.metric = known.metric;
    none.unit = known.unit;
    none.direction = known.direction;
    family.Add(a.name, baseline, x != nullptr ? *x : none, candidate,
               y != nullptr ? *y : none, diff.metrics[i]);
  }
}

void FindCommonShift(Diff& diff) {
  std::vector<double> logs;
  for (const CaseDiff& c : diff.cases) {
    for (const MetricDiff& m : c.metrics) {
      // Only the first time or rate of a case: its others are parts of that.
      if (m.direction == Direction::kExact || !(m.ratio > 0)) continue;
      const double log = std::log(m.ratio);
      logs.push_back(m.direction == Direction::kHigherIsBetter ? -log : log);
      break;
    }
  }
  diff.shift_cases = logs.size();
  if (diff.shift_cases < kLeastShiftCases) return;
  diff.common_shift = std::exp(Median(std::move(logs)));
  if (std::abs(diff.common_shift - 1) > kLargeShift) {
    diff.warnings.push_back(absl::StrFormat(
        "all cases moved together, by %+.1f%% in the median: look for a cause "
        "common to all (the kernel's compiler, mitigations, frequency, another "
        "load) before any one path",
        100 * (diff.common_shift - 1)));
  }
}

void Count(Diff& diff) {
  for (const CaseDiff& c : diff.cases) {
    switch (c.change) {
      case CaseChange::kNewlyFailing:
        ++diff.counts.newly_failing;
        break;
      case CaseChange::kRecovered:
        ++diff.counts.recovered;
        break;
      case CaseChange::kNewlySkipped:
      case CaseChange::kRemoved:
      case CaseChange::kOtherPayload:
        ++diff.counts.lost;
        break;
      case CaseChange::kAdded:
        ++diff.counts.added;
        break;
      case CaseChange::kCompared:
      case CaseChange::kStillFailing:
      case CaseChange::kNotRun:
        break;
    }
    for (const MetricDiff& m : c.metrics) {
      switch (m.change) {
        case Change::kBetter:
          ++diff.counts.better;
          break;
        case Change::kWorse:
          ++diff.counts.worse;
          break;
        case Change::kSame:
          ++diff.counts.same;
          break;
        case Change::kUnsure:
          ++diff.counts.unsure;
          break;
        case Change::kRemoved:
        case Change::kNotComparable:
          ++diff.counts.lost_metrics;
          break;
        case Change::kAdded:
          break;
      }
    }
  }
}

}  // namespace

bool IsFailing(Outcome outcome) {
  return outcome == Outcome::kFailed || outcome == Outcome::kTimeout;
}

CaseChange ChangeOfCase(const SideCase* baseline, const SideCase* candidate) {
  if (baseline == nullptr) return CaseChange::kAdded;
  if (candidate == nullptr) return CaseChange::kRemoved;
  if (IsFailing(candidate->outcome)) {
    return IsFailing(baseline->outcome) ? CaseChange::kStillFailing
                                        : CaseChange::kNewlyFailing;
  }
  if (candidate->outcome != Outcome::kOk) {
    return baseline->outcome == candidate->outcome ? CaseChange::kNotRun
                                                   : CaseChange::kNewlySkipped;
  }
  if (baseline->outcome != Outcome::kOk) return CaseChange::kRecovered;
  return baseline->code_hash == candidate->code_hash
             ? CaseChange::kCompared
             : CaseChange::kOtherPayload;
}

SideFacts FactsOfSide(const Side& side, const SideLabels& labels,
                      size_t index) {
  return {.label = side.label,
          .name = labels.labels[index],
          .beside_kernel = labels.beside_kernel[index],
          .kernel = side.host.kernel_release,
          .backend = side.host.kvm_backend,
          .cpu = side.host.cpu_model,
          .compiler = KernelCompiler(side.host),
          .sessions = side.used_sessions,
          .boots = side.boots};
}

absl::Status CheckBootVariation(const BootVariation& variation,
                                const Side& side) {
  const auto check = [](absl::string_view what, absl::string_view a,
                        absl::string_view b) {
    if (a == b) return absl::OkStatus();
    return absl::FailedPreconditionError(absl::StrCat(
        "the calibration is of another host: ", what, " ", a, ", not ", b));
  };
  const Host& a = variation.host;
  const Host& b = side.host;
  if (absl::Status s =
          check("architecture", ArchitectureOf(a), ArchitectureOf(b));
      !s.ok()) {
    return s;
  }
  if (a.tick != b.tick) {
    return absl::FailedPreconditionError(
        "the calibration is of another host: what is counted differs");
  }
  if (absl::Status s = check("CPU", a.cpu_model, b.cpu_model); !s.ok()) {
    return s;
  }
  if (absl::Status s = check("KVM backend", a.kvm_backend, b.kvm_backend);
      !s.ok()) {
    return s;
  }
  return check("paging", a.paging, b.paging);
}

Diff CompareSides(const Side& baseline, const Side& candidate,
                  const DiffOptions& options) {
  Diff diff;
  const SideLabels labels =
      LabelSides(std::vector<const Side*>{&baseline, &candidate});
  diff.baseline = FactsOfSide(baseline, labels, 0);
  diff.candidate = FactsOfSide(candidate, labels, 1);
  if (labels.differ_in_settings()) {
    diff.settings_changed = SettingsChanged(labels);
  }
  diff.tick = candidate.host.tick;
  diff.alpha = options.alpha;
  diff.threshold = options.threshold;
  diff.differences = CompareHosts(baseline, candidate);
  for (const Difference& d : diff.differences) {
    if (d.action == Action::kRefuse) diff.refused = true;
    if (d.action == Action::kRefuseUnlessForced) {
      (options.force ? diff.forced : diff.refused) = true;
    }
  }
  if (diff.refused) {
    diff.forced = false;
    return diff;
  }
  diff.warnings =
      SampleWarnings(baseline, candidate, options.boot_variation != nullptr);
  diff.uncounted = UncountedMitigations({&baseline, &candidate});

  absl::flat_hash_map<absl::string_view, const SideCase*> new_cases, old_cases;
  for (const SideCase& c : baseline.cases) old_cases.emplace(c.name, &c);
  for (const SideCase& c : candidate.cases) new_cases.emplace(c.name, &c);
  RankTester tester;
  const std::optional<BootVariation> within =
      VariationWithin({&baseline, &candidate});
  const SessionVariation sessions({&baseline, &candidate});
  diff.session_noise = sessions.noise();
  TestFamily family(options, diff.tick, tester,
                    within.has_value() ? &*within : nullptr, &sessions);
  diff.cases.reserve(baseline.cases.size() + candidate.cases.size());
  const auto add = [&](const SideCase* a, const SideCase* b) {
    CaseDiff& c = diff.cases.emplace_back();
    c.name = (a != nullptr ? a : b)->name;
    c.change = ChangeOfCase(a, b);
    if (a != nullptr) c.baseline = a->outcome;
    if (b != nullptr) c.candidate = b->outcome;
    if (b != nullptr && b->outcome != Outcome::kOk) c.reason = b->reason;
    if (c.change == CaseChange::kCompared) {
      CompareMetrics(baseline, *a, candidate, *b, family, c);
    }
  };
  for (const SideCase& c : baseline.cases) {
    const auto other = new_cases.find(c.name);
    add(&c, other == new_cases.end() ? nullptr : other->second);
  }
  for (const SideCase& c : candidate.cases) {
    if (!old_cases.contains(c.name)) add(nullptr, &c);
  }
  family.Finish();
  diff.tests = family.tests();
  diff.least_runs = diff.tests == 0 ? 0 : LeastRuns(diff.tests, options.alpha);
  FindCommonShift(diff);
  Count(diff);
  return diff;
}

}  // namespace exitbench
