// Gathers what a session process reports that profiles cases.
#ifndef EXITBENCH_HARNESS_SESSION_PROFILE_GATHERER_H_
#define EXITBENCH_HARNESS_SESSION_PROFILE_GATHERER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "harness/session/frame_taker.h"
#include "harness/session/frames.h"
#include "profile/model/profile.h"
#include "results/model/model.h"

namespace exitbench {

class ProfileGatherer : public FrameTaker {
 public:
  // Profiles of `cases` go to `profile`, and their metrics of the PMU to the
  // last run of the case in `results`. Both outlive it.
  ProfileGatherer(const std::vector<CaseInstance>& cases, Results& results,
                  Profile& profile)
      : cases_(cases), results_(results), profile_(profile) {}

  absl::Status Take(const Frame& frame) override;

  // Whether there were metrics of hardware events.
  bool counted() const { return counted_; }

 private:
  absl::Status TakeBegin(const std::string& name);
  absl::Status TakeProfile(const std::string& body);
  absl::Status TakeCounts(const std::string& body);

  const std::vector<CaseInstance>& cases_;
  Results& results_;
  Profile& profile_;
  bool counted_ = false;
};

// Returns what a profile says of the host that `results` are of.
ProfileHost ProfileHostOf(const Results& results, ProfileSource source);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_PROFILE_GATHERER_H_
