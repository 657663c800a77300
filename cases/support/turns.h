// Two threads that take turns on one CPU: the one that measures, and another.
#ifndef EXITBENCH_CASES_SUPPORT_TURNS_H_
#define EXITBENCH_CASES_SUPPORT_TURNS_H_

#include <atomic>
#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "base/kicked_thread.h"
#include "base/owned.h"

namespace exitbench {

// How a thread hands the turn over: both sleep in the kernel until it is
// theirs.
enum class HandedBy { kFutex, kEventfd };

// Owns the other thread. Made, used and destroyed by the thread that measures.
class Turns {
 public:
  Turns() = default;
  ~Turns() { Stop(); }
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  // Starts the other thread, on the CPU that this thread is pinned to. In each
  // of its turns it calls `turn`, which returns 0, or the errno of what failed.
  // Until Stop() both are SCHED_BATCH, if this one was SCHED_OTHER: whoever is
  // woken then waits until the other sleeps, on any kernel and every time.
  // kUnimplemented: threads are not pinned (--cpu=none).
  absl::Status Start(HandedBy by, std::function<int()> turn);

  // Hands the turn over, and waits until it is back. Allocates nothing. Returns
  // 0, or -1 if the other thread has failed or this one was kicked.
  int HandOver();

  // Ends the thread. Nothing if there is none.
  void Stop();
  // Whether the other thread is to end. For `turn`, at EINTR.
  bool stopping() const { return thread_.stopping(); }

  // Returns how many turns the other thread has had.
  uint64_t turns() const { return turns_; }
  // Returns what went wrong in the other thread, if anything.
  absl::Status status() const;

 private:
  enum Side : uint32_t { kThis = 0, kOther = 1 };

  // Returns false, with errno, if the turn can't be handed over.
  bool Pass(Side to);
  // Returns false if it was ended before it was the turn of `side`.
  bool Await(Side side);
  bool MustEnd(Side side) const;
  void Loop(const std::function<int()>& turn);

  bool is_batch_ = false;  // The thread that measures.
  HandedBy by_ = HandedBy::kFutex;
  std::atomic<uint32_t> turn_ = kThis;  // Whose it is, by futex.
  UniqueFd events_[2];                  // Of each side, by eventfd.
  std::atomic<uint64_t> turns_ = 0;
  std::atomic<int> error_ = 0;  // Of the other thread, which then has ended.
  KickedThread thread_;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_TURNS_H_
