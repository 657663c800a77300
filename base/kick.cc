#include "base/kick.h"

#include "base/check.h"

namespace exitbench {
namespace {

thread_local Kicks kicks;

void OnKick(int) {
  kicks.seen = 1;
  if (kicks.flag != nullptr) *kicks.flag = 1;
}

}  // namespace

int KickSignal() {
  static const int kick_signal = [] {
    struct sigaction action = {};
    action.sa_handler = OnKick;
    sigemptyset(&action.sa_mask);
    // No SA_RESTART: the system call has to return.
    EB_CHECK(sigaction(SIGRTMIN, &action, nullptr) == 0);
    return SIGRTMIN;
  }();
  return kick_signal;
}

void Kick(pthread_t thread) { pthread_kill(thread, KickSignal()); }

Kicks& KicksOfThisThread() { return kicks; }

}  // namespace exitbench
