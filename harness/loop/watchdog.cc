#include "harness/loop/watchdog.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/kick.h"

namespace exitbench {
namespace {

constexpr long kRepeatNs = 20'000'000;

}  // namespace

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
  run_ = &run;
  KicksOfThisThread().seen = 0;
  KicksOfThisThread().flag = &run.immediate_exit;
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
  KicksOfThisThread().flag = nullptr;
  if (run_ != nullptr) run_->immediate_exit = 0;
  run_ = nullptr;
}

bool Watchdog::fired() const { return KicksOfThisThread().seen != 0; }

}  // namespace exitbench
