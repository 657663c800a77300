#include "harness/loop/helper_thread.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/cpus.h"
#include "base/kick.h"

namespace exitbench {
namespace {

constexpr absl::Duration kWaitEach = absl::Milliseconds(1);

}  // namespace

HelperThread::HelperThread(std::string name, int cpu,
                           std::function<void(HelperThread&)> body)
    : name_(std::move(name)), main_thread_(pthread_self()) {
  const absl::Status status =
      thread_.Start(name_, [this, cpu, body = std::move(body)] {
        const absl::Status pinned = PinThisThread(cpu);
        noise_before_ = TakeNoiseSnapshot();
        started_.store(true, std::memory_order_release);
        if (pinned.ok()) {
          body(*this);
        } else {
          Fail(absl::StrCat("can't be pinned to CPU ", cpu, ": ",
                            pinned.message()));
        }
        // vCPU 0 may not have begun to run when this failed.
        while (!stopping() && !failure().empty()) {
          Kick(main_thread_);
          absl::SleepFor(kWaitEach);
        }
        noise_after_ = TakeNoiseSnapshot();
      });
  if (!status.ok()) {
    failure_ = std::string(status.message());
    return;
  }
  while (!started_.load(std::memory_order_acquire)) absl::SleepFor(kWaitEach);
}

void HelperThread::Fail(std::string why) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (failure_.empty()) failure_ = absl::StrCat(name_, ": ", why);
}

std::string HelperThread::failure() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return failure_;
}

}  // namespace exitbench
