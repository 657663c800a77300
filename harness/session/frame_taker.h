// Takes the frames that one session process reports.
#ifndef EXITBENCH_HARNESS_SESSION_FRAME_TAKER_H_
#define EXITBENCH_HARNESS_SESSION_FRAME_TAKER_H_

#include <string>

#include "absl/status/status.h"
#include "harness/session/frames.h"

namespace exitbench {

class FrameTaker {
 public:
  virtual ~FrameTaker() = default;

  // Takes one frame. The error is the process's, or that the frame is corrupt.
  virtual absl::Status Take(const Frame& frame) = 0;

  // Returns whether the process has said that it is done.
  bool done() const { return done_; }
  // The case that is being run. Empty: none.
  const std::string& in_flight() const { return in_flight_; }

 protected:
  std::string in_flight_;
  bool done_ = false;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_FRAME_TAKER_H_
