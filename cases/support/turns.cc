#include "cases/support/turns.h"

#include <sched.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/cpus.h"
#include "base/ioctl.h"
#include "base/kick.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "cases/support/futex.h"

namespace exitbench {
namespace {

// Has this thread be of `policy`. Returns whether it is.
bool SetPolicy(int policy) {
  const sched_param none = {};
  return sched_setscheduler(0, policy, &none) == 0;
}

}  // namespace

void Turns::Stop() {
  thread_.Stop();
  if (is_batch_) is_batch_ = !SetPolicy(SCHED_OTHER);
}

absl::Status Turns::Start(HandedBy by, std::function<int()> turn) {
  EB_ASSIGN_OR_RETURN(const std::vector<int> cpus, TakeCpus(1));
  by_ = by;
  for (UniqueFd& event : events_) {
    if (by != HandedBy::kEventfd) break;
    event = UniqueFd(eventfd(0, EFD_CLOEXEC));
    if (!event.valid()) return ErrnoStatus("eventfd", "");
  }
  // A thread that is started inherits it.
  if (sched_getscheduler(0) == SCHED_OTHER) is_batch_ = SetPolicy(SCHED_BATCH);
  return thread_.Start("the other thread",
                       [this, cpu = cpus[0], turn = std::move(turn)] {
                         if (PinThisThread(cpu).ok()) {
                           Loop(turn);
                         } else {
                           error_ = errno;
                         }
                         // This thread's owner is not to wait for ever.
                         (void)Pass(kThis);
                       });
}

bool Turns::Pass(Side to) {
  if (by_ == HandedBy::kFutex) {
    turn_.store(to, std::memory_order_release);
    FutexWake(turn_);
    return true;
  }
  const uint64_t one = 1;
  return sys::Write(events_[to].get(), &one, sizeof(one)) == sizeof(one);
}

bool Turns::MustEnd(Side side) const {
  return side == kThis ? KicksOfThisThread().seen != 0 : stopping();
}

bool Turns::Await(Side side) {
  if (by_ == HandedBy::kFutex) {
    uint32_t whose;
    while ((whose = turn_.load(std::memory_order_acquire)) != side) {
      if (MustEnd(side)) return false;
      FutexWait(turn_, whose);
    }
    return true;
  }
  uint64_t turns = 0;
  while (sys::Read(events_[side].get(), &turns, sizeof(turns)) < 0) {
    if (errno != EINTR || MustEnd(side)) return false;
  }
  return true;
}

void Turns::Loop(const std::function<int()>& turn) {
  while (!stopping() && Await(kOther)) {
    const int error = turn();
    if (error != 0) {
      error_ = error;
      return;
    }
    turns_.fetch_add(1, std::memory_order_relaxed);
    if (!Pass(kThis)) {
      error_ = errno;
      return;
    }
  }
}

int Turns::HandOver() {
  if (error_.load(std::memory_order_relaxed) != 0) return -1;
  if (!Pass(kOther) || !Await(kThis)) return -1;
  return error_.load(std::memory_order_relaxed) == 0 ? 0 : -1;
}

absl::Status Turns::status() const {
  if (error_ == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("the other thread: ", strerror(error_)));
}

}  // namespace exitbench
