#include "harness/run/run_parts.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/run/metrics.h"
#include "results/model/names.h"

namespace exitbench {

uint32_t WarmupEvents(const Case& row, uint32_t batch, uint32_t events) {
  if (row.size.fresh_bytes > 0) return std::max(events, batch);
  if (row.size.touched_bytes == 0) return events;
  const uint64_t round = (row.shape.data_bytes + row.size.touched_bytes - 1) /
                         row.size.touched_bytes;
  return std::max(events, static_cast<uint32_t>(round));
}

uint64_t NoteDisturbance(const NoiseSnapshot& before, const Case& row,
                         HelperThreads* helpers, CaseResult& result) {
  const NoiseSnapshot after = TakeNoiseSnapshot();
  Run& run = result.runs[0];
  uint64_t noise_events = NoiseEvents(before, after);
  if (row.place == Place::kTogether) {
    // Its threads preempt each other by design.
    run.disturbance = DisturbanceByOthers(before, after);
  } else {
    run.disturbance = Disturbance(before, after);
    if (helpers != nullptr) {
      helpers->Stop();
      noise_events += helpers->ThreadNoiseEvents();
      if (run.disturbance.empty()) run.disturbance = helpers->Disturbed();
    }
  }
  run.disturbed = !run.disturbance.empty();
  return noise_events;
}

std::string DescribeUnexpected(absl::Span<const Unexpected> unexpected) {
  return absl::StrCat("unexpected: ",
                      absl::StrJoin(unexpected, ", ",
                                    [](std::string* out, const Unexpected& u) {
                                      absl::StrAppend(out, Describe(u));
                                    }));
}

absl::Status NoteProof(const ProofInput& input,
                       absl::Span<const Evidence> evidence,
                       const RunSettings& settings, CaseResult& result) {
  result.verdict = VerdictOf(evidence);
  result.proof = Describe(evidence);
  if (result.verdict == Verdict::kContradicted) {
    return absl::InternalError(absl::StrCat("contradicted: ", result.proof));
  }
  result.unexpected = UnexpectedOf(evidence, input.events);
  if (settings.config.strict_expectations && !result.unexpected.empty()) {
    return absl::InternalError(DescribeUnexpected(result.unexpected));
  }
  return absl::OkStatus();
}

absl::Status NoteConclusion(const Case& row, Machine& machine,
                            CaseResult& result) {
  if (row.finish == nullptr) return absl::OkStatus();
  const absl::StatusOr<Conclusion> conclusion = row.finish(machine);
  if (!conclusion.ok()) {
    result.verdict = Verdict::kUnspecified;
    result.proof.clear();
    return conclusion.status();
  }
  if (!conclusion->shown.empty()) {
    absl::StrAppend(&result.proof, "; ", conclusion->shown);
  }
  if (!conclusion->lacking.empty()) {
    absl::StrAppend(&result.proof, "; not counted here: ", conclusion->lacking);
    if (result.verdict == Verdict::kProven) {
      result.verdict = Verdict::kConsistent;
    }
  }
  return absl::OkStatus();
}

void AddExits(const std::optional<ExitsPerEvent>& exits, CaseResult& result) {
  if (!exits.has_value()) return;
  AddValue(exits->whole ? MetricId::kExits : MetricId::kExitsMean, exits->exits,
           result);
}

void AddHaltPoll(const std::optional<double>& ns, CaseResult& result) {
  if (ns.has_value()) AddValue(MetricId::kHaltPoll, *ns, result);
}

}  // namespace exitbench
