#include "harness/session/profile_gatherer.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "harness/session/find_named.h"
#include "profile/file/profile_bytes.h"
#include "profile/sample/sample_tree.h"
#include "results/file/proto_io.h"

namespace exitbench {
namespace {

// A guest may have taken over the session process, so nothing is trusted.
absl::Status NotAsked() {
  return absl::DataLossError(
      "a session process profiled what it was not to profile");
}

}  // namespace

absl::Status ProfileGatherer::Take(const Frame& frame) {
  switch (frame.type) {
    case FrameType::kBegin:
      return TakeBegin(frame.body);
    case FrameType::kProfile:
      return TakeProfile(frame.body);
    case FrameType::kCase:
      return TakeCounts(frame.body);
    case FrameType::kEnd:
      in_flight_.clear();
      return absl::OkStatus();
    case FrameType::kDone:
      done_ = true;
      return absl::OkStatus();
    case FrameType::kAlive:
      return absl::OkStatus();
    case FrameType::kError:
      return absl::InternalError(frame.body);
    case FrameType::kSession:
    case FrameType::kRound:
      break;
  }
  return NotAsked();
}

absl::Status ProfileGatherer::TakeBegin(const std::string& name) {
  const bool asked =
      std::any_of(cases_.begin(), cases_.end(),
                  [&name](const CaseInstance& c) { return c.name == name; });
  if (!asked || FindNamed(profile_.cases, name) != nullptr) return NotAsked();
  in_flight_ = name;
  return absl::OkStatus();
}

absl::Status ProfileGatherer::TakeProfile(const std::string& body) {
  EB_ASSIGN_OR_RETURN(const Profile one, ParseProfile(body));
  if (in_flight_.empty() || one.cases.size() != 1 ||
      one.cases[0].name != in_flight_ ||
      FindNamed(profile_.cases, in_flight_) != nullptr) {
    return NotAsked();
  }
  if (profile_.cases.empty()) {
    profile_.tool_version = results_.tool_version;
    profile_.host = ProfileHostOf(results_, one.host.source);
  }
  AddCases(one, profile_);
  return absl::OkStatus();
}

absl::Status ProfileGatherer::TakeCounts(const std::string& body) {
  EB_ASSIGN_OR_RETURN(CaseResult one, ParseCase(body));
  CaseResult* const to = FindNamed(results_.cases, in_flight_);
  if (in_flight_.empty() || one.name != in_flight_ || to == nullptr ||
      to->runs.empty()) {
    return NotAsked();
  }
  for (Metric& metric : one.metrics) {
    if (FindNamed(to->metrics, metric.name) != nullptr) return NotAsked();
    for (RunStatistics& run : metric.runs) {
      run.run = static_cast<uint32_t>(to->runs.size()) - 1;
    }
    to->metrics.push_back(std::move(metric));
    counted_ = true;
  }
  return absl::OkStatus();
}

ProfileHost ProfileHostOf(const Results& results, ProfileSource source) {
  const Host& from = results.host;
  ProfileHost host = {.kernel_release = from.kernel_release,
                      .kernel_version = from.kernel_version,
                      .kvm_backend = from.kvm_backend,
                      .paging = from.paging,
                      .cpu_vendor = from.cpu_vendor,
                      .cpu_model = from.cpu_model,
                      .emulator = from.emulator,
                      .source = source};
  for (const Fact& fact : from.facts) {
    if (fact.key == "kernel.cmdline") host.kernel_command_line = fact.value;
  }
  return host;
}

}  // namespace exitbench
