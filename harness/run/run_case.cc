#include "harness/run/run_case.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "harness/loop/outcome.h"
#include "harness/run/guest_run.h"
#include "harness/run/host_run.h"
#include "harness/run/run_parts.h"
#include "harness/settings/probe.h"

namespace exitbench {
namespace {

constexpr int kMostAttempts = 3;

CaseResult ResultOf(const CaseInstance& instance) {
  CaseResult result;
  result.name = instance.name;
  result.plain_name = instance.plain_name;
  result.measures = std::string(instance.row->measures);
  result.code_hash = CodeHash(instance);
  result.ring = static_cast<uint32_t>(ModeNumber(instance.mode));
  result.runs.emplace_back();
  return result;
}

absl::Status RunOnce(const Kvm& kvm, const CaseInstance& instance,
                     const RunSettings& settings, RunTools& tools,
                     CaseResult& result, bool& disturbed_only) {
  if (instance.row->blob == nullptr) {
    return RunHostCase(kvm, instance, settings, tools, result, disturbed_only);
  }
  GuestRun run(kvm, instance, settings, tools, result);
  const absl::Status status = run.Measure();
  disturbed_only = run.disturbed_only();
  return status;
}

void NoteEarlierAttempts(int attempts, const std::string& why, Run& run) {
  run.disturbed = true;
  absl::StrAppend(&run.disturbance, run.disturbance.empty() ? "" : ", ",
                  attempts, " earlier ", attempts == 1 ? "attempt" : "attempts",
                  " ", why);
}

}  // namespace

CaseResult RunCase(const Kvm& kvm, const CaseInstance& instance,
                   const RunSettings& settings, RunTools& tools) {
  CaseResult result = ResultOf(instance);
  absl::Status status = CanRun(instance, kvm, settings.cannot_run);
  std::string disagreed;
  for (int attempt = 0; status.ok() && attempt < kMostAttempts; ++attempt) {
    result = ResultOf(instance);
    bool disturbed_only = false;
    status = RunOnce(kvm, instance, settings, tools, result, disturbed_only);
    if (status.ok() && attempt > 0) {
      NoteEarlierAttempts(attempt, disagreed, result.runs[0]);
    }
    if (!disturbed_only || attempt + 1 == kMostAttempts) break;
    disagreed = status.ok() ? DescribeUnexpected(result.unexpected)
                            : std::string(status.message());
    status = absl::OkStatus();
  }
  result.outcome = OutcomeOf(status);
  result.reason = std::string(status.message());
  // A case that is not OK has measured nothing.
  if (result.outcome != Outcome::kOk) {
    result.metrics.clear();
    result.linearity.clear();
    if (result.outcome == Outcome::kSkipped) result.runs.clear();
  }
  return result;
}

}  // namespace exitbench
