// A thread that blocks in system calls, ended by kicks.
#ifndef EXITBENCH_BASE_KICKED_THREAD_H_
#define EXITBENCH_BASE_KICKED_THREAD_H_

#include <atomic>
#include <functional>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// Owns at most one thread at a time, which never outlives it. An owner declares
// it behind all that the thread uses.
class KickedThread {
 public:
  KickedThread() = default;
  ~KickedThread() { Stop(); }
  KickedThread(const KickedThread&) = delete;
  KickedThread& operator=(const KickedThread&) = delete;

  // Starts a thread that runs `body`. There is none yet, or Stop() has ended
  // it. `body` returns soon after stopping() became true: each kick makes its
  // system call fail with EINTR. The error, which begins with `name`, says why
  // there can be no thread; `body` is then not run.
  absl::Status Start(absl::string_view name, std::function<void()> body);

  // Asks the thread to end, kicks it until it has, and joins it. Nothing if
  // there is none.
  void Stop();

  // Whether the thread is to end. Any thread may ask.
  bool stopping() const { return stopping_.load(std::memory_order_acquire); }
  // Whether there is a thread that Stop() would have to join.
  bool started() const { return thread_.joinable(); }

 private:
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace exitbench

#endif  // EXITBENCH_BASE_KICKED_THREAD_H_
