#include "harness/profile/count_reasons.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "harness/loop/guest_loop.h"
#include "harness/loop/helper_threads.h"
#include "harness/loop/host_loop.h"
#include "harness/proof/exit_reasons.h"
#include "harness/proof/proof.h"
#include "harness/run/run_parts.h"
#include "harness/settings/pilot.h"
#include "harness/settings/prepare.h"

namespace exitbench {
namespace {

constexpr int kMostAttempts = 3;
constexpr uint32_t kWarmupEvents = 10;

// Exits that were counted, and the events that made them.
struct Counted {
  double exits = 0;
  uint64_t events = 0;
  uint64_t batches = 0;
};

// Runs `counts` events of the case's guest in a VM of its own, or of its
// control. Where instructions are counted, `counts` may be lowered first.
absl::StatusOr<Counted> CountGuest(const Kvm& kvm, const CaseInstance& instance,
                                   const RunSettings& settings, RunTools& tools,
                                   bool control, ExitCounter& exits,
                                   EventCounts& counts) {
  const Case& row = *instance.row;
  EB_ASSIGN_OR_RETURN(
      Machine machine,
      PrepareMachine(
          kvm, instance,
          ImageOf(instance, settings.StampOf(instance.mode).kind, control)));
  LoopPlan plan;
  plan.time_limit = settings.config.time_limit;
  plan.control = control;
  EB_ASSIGN_OR_RETURN(std::unique_ptr<HelperThreads> helpers,
                      HelperThreads::Start(machine, row, settings.Helpers()));
  plan.helpers = helpers.get();
  if (!control && settings.config.tick == Tick::kInstruction) {
    EB_RETURN_IF_ERROR(PilotGuestLoop(machine, row, plan, tools.watchdog,
                                      tools.samples, false, counts));
  }
  plan.batch = BatchEvents(row, counts.events);
  plan.events = WarmupEvents(row, plan.batch, counts.warmup);
  tools.samples.Clear();
  EB_RETURN_IF_ERROR(
      RunGuestLoop(machine, row, plan, tools.watchdog, tools.samples));
  tools.samples.Clear();
  plan.events = counts.events;
  plan.region = &exits;
  EB_RETURN_IF_ERROR(exits.Take().status());
  EB_RETURN_IF_ERROR(
      RunGuestLoop(machine, row, plan, tools.watchdog, tools.samples));
  EB_ASSIGN_OR_RETURN(const double counted, exits.Take());
  return Counted{counted, tools.samples.events, tools.samples.batches};
}

// Runs `counts` events of a case whose event is a call of the host's.
absl::StatusOr<Counted> CountHost(const Kvm& kvm, const CaseInstance& instance,
                                  const RunSettings& settings, RunTools& tools,
                                  ExitCounter& exits, EventCounts& counts) {
  const Case& row = *instance.row;
  const absl::Duration time_limit = settings.config.time_limit;
  EB_ASSIGN_OR_RETURN(
      Machine machine,
      PrepareMachine(
          kvm, instance,
          ImageOf(instance, settings.StampOf(instance.mode).kind, false)));
  if (settings.config.tick == Tick::kInstruction) {
    EB_RETURN_IF_ERROR(PilotHostLoop(machine, row, time_limit, tools.watchdog,
                                     tools.samples, false, counts));
  }
  tools.samples.Clear();
  EB_RETURN_IF_ERROR(RunHostLoop(machine, row, counts.warmup, time_limit,
                                 tools.watchdog, tools.samples));
  tools.samples.Clear();
  EB_RETURN_IF_ERROR(exits.Take().status());
  EB_RETURN_IF_ERROR(RunHostLoop(machine, row, counts.events, time_limit,
                                 tools.watchdog, tools.samples,
                                 /*trace_name=*/"", &exits));
  EB_ASSIGN_OR_RETURN(const double counted, exits.Take());
  return Counted{counted, counts.events, 0};
}

ProofInput HostOf(const Kvm& kvm, const CaseInstance& instance) {
  return {.backend = kvm.backend().backend,
          .features = kvm.features(),
          .mode = instance.mode};
}

CaseResult ResultOf(const CaseInstance& instance) {
  CaseResult result;
  result.name = instance.name;
  result.code_hash = CodeHash(instance);
  result.outcome = Outcome::kOk;
  return result;
}

}  // namespace

absl::StatusOr<ReasonCounter> ReasonCounter::Open(
    const Kvm& kvm, const std::vector<CaseInstance>& cases) {
  ReasonCounter counter;
  for (const CaseInstance& instance : cases) {
    const std::optional<ReasonClaim> claim =
        ReasonClaimOf(*instance.row, HostOf(kvm, instance));
    if (!claim.has_value()) continue;
    const std::string filter = FilterOf(*claim, kvm.backend().backend);
    if (counter.counters_.contains(filter)) continue;
    EB_ASSIGN_OR_RETURN(ExitCounter exits, ExitCounter::Open(filter));
    counter.counters_.emplace(filter, std::move(exits));
  }
  return counter;
}

absl::StatusOr<CaseResult> ReasonCounter::Count(const Kvm& kvm,
                                                const CaseInstance& instance,
                                                const RunSettings& settings,
                                                RunTools& tools) {
  const Case& row = *instance.row;
  const Backend backend = kvm.backend().backend;
  ProofInput input = HostOf(kvm, instance);
  const std::optional<ReasonClaim> claim = ReasonClaimOf(row, input);
  if (!claim.has_value()) {
    return absl::NotFoundError("no exit reason is claimed here");
  }
  const auto opened = counters_.find(FilterOf(*claim, backend));
  if (opened == counters_.end()) {
    return absl::NotFoundError("its exit reason is not counted");
  }
  ExitCounter& exit_counter = opened->second;
  const std::string names = ReasonNames(*claim, backend);
  EventCounts counts = settings.EventsOf(row);
  counts.events =
      std::min(counts.events, settings.config.tick == Tick::kInstruction
                                  ? kReasonEventsCounted
                                  : kReasonEvents);
  counts.warmup = std::min({counts.warmup, counts.events, kWarmupEvents});
  CaseResult result = ResultOf(instance);
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    Counted events, control;
    if (row.blob == nullptr) {
      EB_ASSIGN_OR_RETURN(events, CountHost(kvm, instance, settings, tools,
                                            exit_counter, counts));
    } else {
      EB_ASSIGN_OR_RETURN(events, CountGuest(kvm, instance, settings, tools,
                                             false, exit_counter, counts));
      EB_ASSIGN_OR_RETURN(control, CountGuest(kvm, instance, settings, tools,
                                              true, exit_counter, counts));
    }
    input.events = events.events;
    input.batches = events.batches;
    const double exits = events.exits - control.exits;
    const Evidence evidence = JudgeReason(
        row, input, claim->how_many, absl::StrCat("exits by ", names), exits);
    result.exit_reasons = {{.reasons = names,
                            .events = static_cast<uint32_t>(events.events),
                            .exits = exits,
                            .control_exits = control.exits}};
    result.verdict = VerdictOf({&evidence, 1});
    result.proof = Describe({&evidence, 1});
    if (result.verdict != Verdict::kContradicted) break;
  }
  return result;
}

bool MayHaveReasons(const Kvm& kvm) {
  return !ExitReasonFilter(kvm.backend().backend, 0).empty() &&
         ExitTracepoint().ok();
}

absl::Status CheckMayCountReasons(const Kvm& kvm) {
  if (ExitReasonFilter(kvm.backend().backend, 0).empty()) {
    return absl::UnimplementedError(
        absl::StrCat("exits of ", kvm.backend().module,
                     " do not pass the tracepoint kvm:kvm_exit"));
  }
  return CheckMayCountExits(ExitReasonFilter(kvm.backend().backend, 0));
}

}  // namespace exitbench
