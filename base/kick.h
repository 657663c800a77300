// Kicks: the signal that breaks the system call which a thread is in, KVM_RUN
// above all. The whole process has this one signal for it, and one handler.
#ifndef EXITBENCH_BASE_KICK_H_
#define EXITBENCH_BASE_KICK_H_

#include <pthread.h>
#include <signal.h>

#include <cstdint>

namespace exitbench {

// Returns the signal. The first call installs its handler.
int KickSignal();

// Kicks `thread`, which has not been joined. A kick that comes just before the
// system call does not break it, so that a caller kicks again until it is sure,
// or has the thread look at `Kicks`.
void Kick(pthread_t thread);

// What the handler does in the thread that is kicked.
struct Kicks {
  volatile sig_atomic_t seen = 0;  // Becomes 1.
  uint8_t* volatile flag =
      nullptr;  // What it points to becomes 1, if anything.
};

// Those of the calling thread.
Kicks& KicksOfThisThread();

}  // namespace exitbench

#endif  // EXITBENCH_BASE_KICK_H_
