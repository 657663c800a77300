#include "cases/support/turns.h"

#include <sched.h>

#include <cerrno>

#include "base/cpus.h"
#include "base/kick.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

class TurnsTest : public testing::TestWithParam<HandedBy> {
 protected:
  void SetUp() override { GiveCpus({CurrentCpu()}); }
  void TearDown() override {
    GiveCpus({});
    KicksOfThisThread().seen = 0;
  }
};

TEST_P(TurnsTest, EachHasItsTurnsInOrder) {
  int value = 0;  // Not atomic: whose turn it is has it.
  Turns turns;
  ASSERT_TRUE(turns
                  .Start(GetParam(),
                         [&value] {
                           value *= 2;
                           return 0;
                         })
                  .ok());
  int expected = 0;
  for (int i = 0; i < 20; ++i) {
    value += 1;
    expected = (expected + 1) * 2;
    ASSERT_EQ(turns.HandOver(), 0);
    EXPECT_EQ(value, expected);
  }
  EXPECT_EQ(turns.turns(), 20u);
  EXPECT_TRUE(turns.status().ok());
  turns.Stop();
  EXPECT_EQ(value, expected);
}

TEST_P(TurnsTest, NeitherPreemptsTheOther) {
  ASSERT_EQ(sched_getscheduler(0), SCHED_OTHER);
  int policy = -1;
  Turns turns;
  ASSERT_TRUE(turns
                  .Start(GetParam(),
                         [&policy] {
                           policy = sched_getscheduler(0);
                           return 0;
                         })
                  .ok());
  EXPECT_EQ(sched_getscheduler(0), SCHED_BATCH);
  EXPECT_EQ(turns.HandOver(), 0);
  EXPECT_EQ(policy, SCHED_BATCH);
  turns.Stop();
  EXPECT_EQ(sched_getscheduler(0), SCHED_OTHER);
}

TEST_P(TurnsTest, AFailureOfTheOtherEndsTheTurns) {
  Turns turns;
  ASSERT_TRUE(turns
                  .Start(GetParam(),
                         [&turns] { return turns.turns() < 2 ? 0 : ENOSPC; })
                  .ok());
  EXPECT_EQ(turns.HandOver(), 0);
  EXPECT_EQ(turns.HandOver(), 0);
  EXPECT_EQ(turns.HandOver(), -1);
  EXPECT_EQ(turns.HandOver(), -1);  // It does not wait for a thread that ended.
  EXPECT_EQ(turns.turns(), 2u);
  EXPECT_EQ(turns.status().message(),
            "the other thread: No space left on device");
}

TEST_P(TurnsTest, AKickEndsTheWait) {
  Turns turns;
  const pthread_t waits = pthread_self();
  KickSignal();
  ASSERT_TRUE(turns
                  .Start(GetParam(),
                         [&turns, waits] {
                           while (!turns.stopping()) Kick(waits);
                           return EINTR;
                         })
                  .ok());
  EXPECT_EQ(turns.HandOver(), -1);
  turns.Stop();
  EXPECT_EQ(turns.turns(), 0u);
}

TEST_P(TurnsTest, WithoutPinningThereAreNone) {
  GiveCpus({});
  Turns turns;
  const absl::Status status = turns.Start(GetParam(), [] { return 0; });
  EXPECT_TRUE(absl::IsUnimplemented(status)) << status;
}

INSTANTIATE_TEST_SUITE_P(Both, TurnsTest,
                         testing::Values(HandedBy::kFutex, HandedBy::kEventfd));

}  // namespace
}  // namespace exitbench
