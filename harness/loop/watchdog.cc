#include "harness/loop/watchdog.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace exitbench {
namespace {

struct Watched {
  kvm_run* volatile run = nullptr;
  volatile sig_atomic_t fired = 0;
};
thread_local Watched watched;

constexpr long kRepeatNs = 20'000'000;

void OnKick(int) {
  watched.fired = 1;
  if (watched.run != nullptr) watched.run->immediate_exit = 1;
}

}  // namespace

int KickSignal() {
  static const int kick_signal = [] {
    struct sigaction action = {};
    action.sa_handler = OnKick;
    sigemptyset(&action.sa_mask);
    // No SA_RESTART: KVM_RUN has to return.
    EB_CHECK(sigaction(SIGRTMIN, &action, nullptr) == 0);
    return SIGRTMIN;
  }();
  return kick_signal;
}

Watchdog::Watchdog() {
  struct sigevent event = {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = KickSignal();
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif
  event.sigev_notify_thread_id = static_cast<pid_t>(syscall(SYS_gettid));
  if (timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) {
    create_error_ = errno;
  }
}

Watchdog::~Watchdog() {
  Disarm();
  if (create_error_ == 0) timer_delete(timer_);
}

absl::Status Watchdog::Arm(kvm_run& run, absl::Duration limit) {
  if (create_error_ != 0) {
    return absl::ErrnoToStatus(create_error_, "no time limit: timer_create");
  }
  watched.fired = 0;
  watched.run = &run;
  struct itimerspec spec = {};
  spec.it_value = absl::ToTimespec(limit);
  spec.it_interval.tv_nsec = kRepeatNs;
  if (timer_settime(timer_, 0, &spec, nullptr) != 0) {
    return absl::ErrnoToStatus(errno, "timer_settime");
  }
  return absl::OkStatus();
}

void Watchdog::Disarm() {
  if (create_error_ == 0) {
    struct itimerspec off = {};
    timer_settime(timer_, 0, &off, nullptr);
  }
  if (watched.run != nullptr) watched.run->immediate_exit = 0;
  watched.run = nullptr;
}

bool Watchdog::fired() const { return watched.fired != 0; }

}  // namespace exitbench
