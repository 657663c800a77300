#include "harness/loop/helper_thread.h"

#include <signal.h>

#include <cstring>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/cpus.h"
#include "harness/loop/watchdog.h"

namespace exitbench {
namespace {

// A kick can come just before the call that it is to break, so it is repeated.
constexpr absl::Duration kKickEach = absl::Milliseconds(1);

}  // namespace

HelperThread::HelperThread(std::string name, int cpu,
                           std::function<void(HelperThread&)> body)
    : name_(std::move(name)), main_thread_(pthread_self()) {
  KickSignal();
  auto run = [this, cpu, body = std::move(body)] {
    const absl::Status pinned = PinThisThread(cpu);
    noise_before_ = TakeNoiseSnapshot();
    started_.store(true, std::memory_order_release);
    if (pinned.ok()) {
      body(*this);
    } else {
      Fail(
          absl::StrCat("can't be pinned to CPU ", cpu, ": ", pinned.message()));
    }
    // vCPU 0 may not have begun to run when this failed.
    while (!stopping() && !failure().empty()) {
      pthread_kill(main_thread_, KickSignal());
      absl::SleepFor(kKickEach);
    }
    noise_after_ = TakeNoiseSnapshot();
    ended_.store(true, std::memory_order_release);
  };
  try {
    thread_ = std::thread(std::move(run));
  } catch (const std::system_error& error) {
    Fail(absl::StrCat("can't be started: ", strerror(error.code().value())));
    return;
  }
  while (!started_.load(std::memory_order_acquire)) absl::SleepFor(kKickEach);
}

HelperThread::~HelperThread() { Stop(); }

void HelperThread::Stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_release);
  while (!ended_.load(std::memory_order_acquire)) {
    pthread_kill(thread_.native_handle(), KickSignal());
    absl::SleepFor(kKickEach);
  }
  thread_.join();
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
