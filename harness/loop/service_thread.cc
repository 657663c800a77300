#include "harness/loop/service_thread.h"

#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "guest_blobs/abi.h"
#include "harness/clock/arch/timer.h"

namespace exitbench {
namespace {

uint64_t Load(const uint64_t& guest_word) {
  return __atomic_load_n(&guest_word, __ATOMIC_ACQUIRE);
}

}  // namespace

ServiceThread::ServiceThread(Machine& machine, const Service& service, int cpu,
                             bool shares_cpu, double ticks_per_us)
    : machine_(machine),
      service_(service),
      shares_cpu_(shares_cpu),
      delay_ticks_(static_cast<uint64_t>(service.delay_us * ticks_per_us)),
      stamps_(EB_MAX_STAMPS) {
  thread_ = std::make_unique<HelperThread>(
      "service thread", cpu, [this](HelperThread& thread) { Serve(thread); });
}

void ServiceThread::Serve(HelperThread& thread) {
  const ParameterBlock& block = machine_.parameters(0);
  const uint64_t& calls = block.results[0];
  const uint64_t& arrived = block.results[1];
  const int call_fd =
      service_.call_fd == nullptr ? -1 : service_.call_fd(machine_);
  auto pause = [this] {
    if (shares_cpu_) {
      sched_yield();
    } else {
      SpinPause();
    }
  };
  uint64_t served = 0;
  uint64_t signalled = 0;
  while (!thread.stopping()) {
    // The guest counts a call before it signals it, so both are checked.
    if (Load(calls) <= served || (call_fd >= 0 && signalled <= served)) {
      if (call_fd < 0 || signalled > served) {
        pause();
        continue;
      }
      uint64_t signals = 0;
      const ssize_t n = sys::Read(call_fd, &signals, sizeof(signals));
      if (n < 0 && errno != EINTR) {
        thread.Fail(absl::StrCat("read of the eventfd: ", strerror(errno)));
        return;
      }
      if (n == sizeof(signals)) signalled += signals;
      continue;
    }
    ServiceStamp stamp = {};
    stamp.seen_ticks = StampLast();
    if (delay_ticks_ > 0) {
      // The guest runs on only if a thread that shares its CPU sleeps.
      if (shares_cpu_) {
        const timespec delay = {0, static_cast<long>(service_.delay_us) * 1000};
        nanosleep(&delay, nullptr);
      }
      while (StampFirst() - stamp.seen_ticks < delay_ticks_) pause();
    }
    stamp.answered_ticks = StampFirst();
    if (const char* failed = service_.serve(machine_, served)) {
      thread.Fail(absl::StrCat(failed, ": ", strerror(errno)));
      return;
    }
    if (service_.acknowledged) {
      while (Load(arrived) <= served) {
        if (thread.stopping()) return;
        pause();
      }
      stamp.acknowledged_ticks = StampLast();
    }
    stamps_[served % stamps_.size()] = stamp;
    served_.store(++served, std::memory_order_release);
  }
}

}  // namespace exitbench
