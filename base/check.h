// EB_CHECK(condition) aborts where a condition does not hold that only a bug of
// ours can break. It prints the condition, file and line first. What the
// environment or a file may cause is an absl::Status instead.
#ifndef EXITBENCH_BASE_CHECK_H_
#define EXITBENCH_BASE_CHECK_H_

#include <cstdio>
#include <cstdlib>

#define EB_CHECK(condition)           \
  (__builtin_expect(!!(condition), 1) \
       ? static_cast<void>(0)         \
       : ::exitbench::CheckFailed(#condition, __FILE__, __LINE__))

namespace exitbench {

[[noreturn]] inline void CheckFailed(const char* condition, const char* file,
                                     int line) {
  std::fprintf(stderr, "exitbench: bug: %s does not hold at %s:%d\n", condition,
               file, line);
  std::abort();
}

}  // namespace exitbench

#endif  // EXITBENCH_BASE_CHECK_H_
