// Waits on a word of this process, and wakes those that wait (futex(2)). Unlike
// std::atomic's wait() it returns at a signal, so that a kick ends it.
#ifndef EXITBENCH_CASES_SUPPORT_FUTEX_H_
#define EXITBENCH_CASES_SUPPORT_FUTEX_H_

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <climits>
#include <cstdint>

namespace exitbench {

static_assert(sizeof(std::atomic<uint32_t>) == sizeof(uint32_t));

// Waits while `word` is `value`. Returns at a wake-up, at a signal, or at once
// if it is another value already.
inline void FutexWait(std::atomic<uint32_t>& word, uint32_t value) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

// Wakes all that wait on `word`.
inline void FutexWake(std::atomic<uint32_t>& word) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_FUTEX_H_
