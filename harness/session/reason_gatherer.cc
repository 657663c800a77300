#include "harness/session/reason_gatherer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "harness/proof/exit_reasons.h"
#include "harness/session/find_named.h"
#include "results/file/proto_io.h"

namespace exitbench {
namespace {

// A guest may have taken over the process, so nothing is trusted.
absl::Status NotAsked() {
  return absl::DataLossError(
      "a session process counted exits that it was not to count");
}

}  // namespace

absl::Status ReasonGatherer::Take(const Frame& frame) {
  switch (frame.type) {
    case FrameType::kBegin:
      if (FindNamed(cases_, frame.body) == nullptr ||
          !begun_.insert(frame.body).second) {
        return NotAsked();
      }
      in_flight_ = frame.body;
      has_count_ = false;
      return absl::OkStatus();
    case FrameType::kCase:
      return TakeCount(frame.body);
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
    case FrameType::kProfile:
      break;
  }
  return NotAsked();
}

absl::Status ReasonGatherer::TakeCount(const std::string& body) {
  EB_ASSIGN_OR_RETURN(const CaseResult one, ParseCase(body));
  const CaseInstance* const instance = FindNamed(cases_, in_flight_);
  CaseResult* const to = FindNamed(results_.cases, in_flight_);
  if (instance == nullptr || to == nullptr || has_count_ ||
      one.name != in_flight_) {
    return NotAsked();
  }
  has_count_ = true;
  if (one.outcome != Outcome::kOk) {
    if (failed_.empty()) failed_ = absl::StrCat(in_flight_, ": ", one.reason);
    return absl::OkStatus();
  }
  if (one.exit_reasons.size() != 1) return NotAsked();
  AddReasons(*instance->row, one, *to);
  return absl::OkStatus();
}

}  // namespace exitbench
