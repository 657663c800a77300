#include "harness/session/stop_signals.h"

namespace exitbench {
namespace {

volatile sig_atomic_t stop_signal = 0;
void OnStop(int number) { stop_signal = number; }

}  // namespace

StopSignals::StopSignals() {
  stop_signal = 0;
  struct sigaction action = {};
  action.sa_handler = OnStop;
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
}

StopSignals::~StopSignals() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
}

int StopSignals::Last() { return stop_signal; }

}  // namespace exitbench
