// Says which threads a run has left behind.
#ifndef EXITBENCH_TESTS_GUESTS_THREADS_LEFT_H_
#define EXITBENCH_TESTS_GUESTS_THREADS_LEFT_H_

#include <filesystem>
#include <set>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace exitbench {

// Counts from its construction.
class ThreadsLeft {
 public:
  ThreadsLeft() {
    // A sanitizer starts one of its own together with the first.
    std::thread([] {}).join();
    before_ = Now();
  }

  // Returns the numbers of the threads that have come since and are still there
  // after `limit`. Waits, because a thread that has been joined is listed a
  // moment longer: pthread_join() goes by the number that the kernel clears in
  // memory (clone(2), CLONE_CHILD_CLEARTID), which it does before it removes
  // the thread from /proc.
  std::set<std::string> Get(absl::Duration limit = absl::Seconds(10)) const {
    const absl::Time end = absl::Now() + limit;
    for (;;) {
      std::set<std::string> left = Now();
      for (const std::string& number : before_) left.erase(number);
      if (left.empty() || absl::Now() > end) return left;
      absl::SleepFor(absl::Milliseconds(1));
    }
  }

 private:
  static std::set<std::string> Now() {
    std::set<std::string> numbers;
    for (const auto& task :
         std::filesystem::directory_iterator("/proc/self/task")) {
      numbers.insert(task.path().filename());
    }
    return numbers;
  }

  std::set<std::string> before_;
};

}  // namespace exitbench

#endif  // EXITBENCH_TESTS_GUESTS_THREADS_LEFT_H_
