// A helper thread: pinned, stopped by kicks, always joined.
#ifndef EXITBENCH_HARNESS_LOOP_HELPER_THREAD_H_
#define EXITBENCH_HARNESS_LOOP_HELPER_THREAD_H_

#include <pthread.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>

#include "base/kicked_thread.h"
#include "harness/host/disturbance.h"

namespace exitbench {

// Owns one thread, made and destroyed by the thread that runs vCPU 0.
class HelperThread {
 public:
  // Starts the thread on CPU `cpu` and waits until it is there; if there can
  // be no thread, failure() says so. `body` runs until stopping() and returns
  // at every kick to look; it ends early only by Fail(). `name` is for
  // messages: "vCPU 1".
  HelperThread(std::string name, int cpu,
               std::function<void(HelperThread&)> body);
  HelperThread(const HelperThread&) = delete;
  HelperThread& operator=(const HelperThread&) = delete;

  // Asks the thread to end, kicks it until it does, joins it.
  void Stop() { thread_.Stop(); }

  // For the body.
  bool stopping() const { return thread_.stopping(); }
  // Records what went wrong. The body then returns, and until the thread is
  // stopped vCPU 0's KVM_RUN is broken, so that the harness hears of it.
  void Fail(std::string why);

  // Empty if nothing went wrong.
  std::string failure() const;
  // What disturbed the thread over its life; to be read once it is stopped.
  NoiseSnapshot noise_before() const { return noise_before_; }
  NoiseSnapshot noise_after() const { return noise_after_; }
  const std::string& name() const { return name_; }

 private:
  const std::string name_;
  const pthread_t main_thread_;
  std::atomic<bool> started_ = false;
  mutable std::mutex mutex_;
  std::string failure_;
  NoiseSnapshot noise_before_, noise_after_;
  KickedThread thread_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_HELPER_THREAD_H_
