#include "harness/loop/watchdog.h"

#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

// A timer needs a queued signal of its own.
TEST(Watchdog, ATimerThatCantBeHadSaysWhy) {
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_SIGPENDING, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(setrlimit(RLIMIT_SIGPENDING, &none), 0);
  Watchdog watchdog;
  EXPECT_EQ(setrlimit(RLIMIT_SIGPENDING, &before), 0);
  kvm_run run = {};
  const std::string said(watchdog.Arm(run, absl::Seconds(1)).message());
  EXPECT_NE(said.find("timer_create"), std::string::npos) << said;
  EXPECT_NE(said.find(strerror(EAGAIN)), std::string::npos) << said;
}

TEST(Watchdog, BreaksTheRunAtItsLimit) {
  Watchdog watchdog;
  kvm_run run = {};
  ASSERT_TRUE(watchdog.Arm(run, absl::Milliseconds(1)).ok());
  while (!watchdog.fired()) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(run.immediate_exit, 1);
  watchdog.Disarm();
  EXPECT_EQ(run.immediate_exit, 0);
}

}  // namespace
}  // namespace exitbench
