// Notes that the user ends a run by SIGINT or SIGTERM.
#ifndef EXITBENCH_HARNESS_SESSION_STOP_SIGNALS_H_
#define EXITBENCH_HARNESS_SESSION_STOP_SIGNALS_H_

#include <signal.h>

namespace exitbench {

// Has SIGINT and SIGTERM noted instead of ending the process, for as long as it
// lives. There is one at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Returns the last signal that came since the object was made, or 0.
  static int Last();

 private:
  struct sigaction old_int_, old_term_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_STOP_SIGNALS_H_
