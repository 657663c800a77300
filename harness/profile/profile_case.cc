#include "harness/profile/profile_case.h"

#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "harness/profile/observed_loop.h"
#include "harness/run/metrics.h"
#include "profile/sample/sample_tree.h"

namespace exitbench {
namespace {

constexpr absl::Duration kAliveEach = absl::Seconds(1);

void AddTo(const PerfSample& sample, SampleTree& tree) {
  switch (sample.mode) {
    case SampledMode::kUser:
      return tree.AddUser();
    case SampledMode::kGuest:
      return tree.AddGuest();
    case SampledMode::kKernel:
    case SampledMode::kUnknown:
      break;
  }
  if (sample.chain.empty()) return tree.AddKernel({sample.address});
  tree.AddKernel(sample.chain);
}

void Refuse(RefusedFor why, absl::string_view sentence, CaseProfile& one) {
  one.refused_for = why;
  one.refused = std::string(sentence);
}

}  // namespace

absl::StatusOr<CaseProfiler> CaseProfiler::Open(
    const std::vector<int>& cpus, absl::Span<const CountedEvent> events) {
  EB_ASSIGN_OR_RETURN(Sampler sampler, Sampler::Open(cpus));
  EB_ASSIGN_OR_RETURN(std::vector<EventPair> pairs, OpenEvents(events));
  return CaseProfiler(std::move(sampler), std::move(pairs));
}

absl::Status CaseProfiler::ReadSymbols() {
  std::ifstream file("/proc/kallsyms");
  std::ostringstream text;
  text << file.rdbuf();
  EB_ASSIGN_OR_RETURN(SymbolTable symbols, SymbolTable::Parse(text.str()));
  symbols_.emplace(std::move(symbols));
  return absl::OkStatus();
}

Profile CaseProfiler::Sample(const Kvm& kvm, const CaseInstance& instance,
                             const RunSettings& settings, RunTools& tools,
                             absl::Duration time,
                             const std::function<void()>& alive) {
  SampleTree tree(*symbols_);
  PerfRecords records;
  absl::Time said = absl::Now();
  const absl::StatusOr<uint64_t> events =
      RunObserved(kvm, instance, settings, tools, sampler_, time, [&] {
        records.samples.clear();
        EB_RETURN_IF_ERROR(sampler_.Take(records));
        for (const PerfSample& sample : records.samples) AddTo(sample, tree);
        if (absl::Now() - said >= kAliveEach) {
          alive();
          said = absl::Now();
        }
        return absl::OkStatus();
      });
  CaseProfile one = {
      .name = instance.name,
      .metric = "samples",
      .figure = static_cast<double>(tree.samples()),
      .sampled = {.clock = sampler_.clock().name,
                  .period = static_cast<double>(sampler_.clock().period),
                  .samples = static_cast<double>(tree.samples()),
                  .attributed = static_cast<double>(tree.attributed()),
                  .lost = static_cast<double>(records.lost)}};
  if (events.ok()) one.events = static_cast<uint32_t>(*events);
  Profile profile;
  if (!events.ok()) {
    // What an error left in the rings is not of the next case.
    (void)sampler_.Take(records);
    Refuse(RefusedFor::kNoEvent, events.status().message(), one);
    one.figure = one.sampled.samples = one.sampled.attributed = 0;
    profile.cases.push_back(std::move(one));
  } else if (tree.samples() == 0) {
    Refuse(RefusedFor::kIdle, "no sample: its threads took no CPU time", one);
    profile.cases.push_back(std::move(one));
  } else {
    profile = tree.Build(std::move(one));
  }
  profile.host.source =
      sampler_.clock().nmi ? ProfileSource::kNmi : ProfileSource::kClock;
  return profile;
}

CaseResult CaseProfiler::Count(const Kvm& kvm, const CaseInstance& instance,
                               const RunSettings& settings, RunTools& tools,
                               absl::Duration time) {
  CaseResult result;
  result.name = instance.name;
  result.code_hash = CodeHash(instance);
  result.outcome = Outcome::kOk;
  result.runs.emplace_back();
  for (EventPair& pair : pairs_) {
    const absl::StatusOr<uint64_t> events =
        RunObserved(kvm, instance, settings, tools, pair,
                    time / static_cast<int64_t>(pairs_.size()), absl::OkStatus);
    const absl::StatusOr<EventPair::Counts> counts = pair.Take();
    if (!events.ok() || !counts.ok() || *events == 0) continue;
    const double all = static_cast<double>(*events);
    AddValue(pair.event().host, counts->host / all, result);
    AddValue(pair.event().guest, counts->guest / all, result);
  }
  return result;
}

}  // namespace exitbench
