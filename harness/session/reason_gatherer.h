// Gathers what a process reports that counts exits by reason.
#ifndef EXITBENCH_HARNESS_SESSION_REASON_GATHERER_H_
#define EXITBENCH_HARNESS_SESSION_REASON_GATHERER_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "harness/session/frame_taker.h"
#include "harness/session/frames.h"
#include "results/model/model.h"

namespace exitbench {

class ReasonGatherer : public FrameTaker {
 public:
  // The counts of `cases` are added to their cases in `results`: see
  // AddReasons(). Both outlive it.
  ReasonGatherer(const std::vector<CaseInstance>& cases, Results& results)
      : cases_(cases), results_(results) {}

  absl::Status Take(const Frame& frame) override;

  // What went wrong in the first case that could not be run again: its name and
  // why. Its results stay as they were. Empty: nothing.
  const std::string& failed() const { return failed_; }

 private:
  absl::Status TakeCount(const std::string& body);

  const std::vector<CaseInstance>& cases_;
  Results& results_;
  std::set<std::string> begun_;
  std::string failed_;
  bool has_count_ = false;  // Of the case in flight.
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_REASON_GATHERER_H_
