#include "harness/loop/helper_threads.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

const Case kPlain = {.name = "plain"};
const Case kApart = {
    .name = "apart", .shape = {.vcpus = 3}, .place = Place::kApart};
const Case kTogether = {
    .name = "together", .shape = {.vcpus = 3}, .place = Place::kTogether};

TEST(PlaceThreads, NoThreadsNeedNoCpus) {
  EXPECT_TRUE(PlaceThreads(kPlain, {})->empty());
}

TEST(PlaceThreads, ApartIsACpuEachBesideTheFirst) {
  EXPECT_EQ(*PlaceThreads(kApart, {5, 7, 9, 11}), (std::vector<int>{7, 9}));
}

TEST(PlaceThreads, TooFewCpusSaysHowMany) {
  const auto placed = PlaceThreads(kApart, {5, 7});
  EXPECT_TRUE(absl::IsUnimplemented(placed.status()));
  EXPECT_EQ(placed.status().message(), "needs 3 CPUs to pin to, has 2");
}

TEST(PlaceThreads, TogetherIsAllOnTheFirst) {
  EXPECT_EQ(*PlaceThreads(kTogether, {5, 7}), (std::vector<int>{5, 5}));
}

TEST(PlaceThreads, TogetherNeedsASchedulerThatTakesTurns) {
  for (int policy : {SCHED_OTHER, SCHED_BATCH}) {
    EXPECT_TRUE(PlaceThreads(kTogether, {5}, policy).ok()) << policy;
    EXPECT_TRUE(PlaceThreads(kTogether, {5}, policy | SCHED_RESET_ON_FORK).ok())
        << policy;
  }
  for (int policy : {SCHED_FIFO, SCHED_RR, SCHED_IDLE, SCHED_DEADLINE, 99}) {
    EXPECT_TRUE(
        absl::IsUnimplemented(PlaceThreads(kTogether, {5}, policy).status()))
        << policy;
    // Apart, each has its CPU to itself.
    EXPECT_TRUE(PlaceThreads(kApart, {5, 7, 9}, policy).ok()) << policy;
    EXPECT_TRUE(PlaceThreads(kPlain, {5}, policy).ok()) << policy;
  }
  EXPECT_EQ(PlaceThreads(kTogether, {5}, SCHED_FIFO).status().message(),
            "needs SCHED_OTHER: started under SCHED_FIFO a thread that spins "
            "never yields its CPU to the others");
  EXPECT_EQ(PlaceThreads(kTogether, {5}, 99).status().message(),
            "needs SCHED_OTHER: started under scheduling policy 99 a thread "
            "that spins never yields its CPU to the others");
}

TEST(PlaceThreads, WithoutPinningThereIsNoPlace) {
  EXPECT_TRUE(absl::IsUnimplemented(PlaceThreads(kTogether, {}).status()));
}

TEST(HelperThread, AKickEndsACallThatBlocks) {
  const int fd = eventfd(0, 0);
  bool ended = false;
  {
    HelperThread thread("reader", sched_getcpu(), [&](HelperThread& self) {
      uint64_t value;
      while (!self.stopping()) {
        if (read(fd, &value, sizeof(value)) < 0 && errno != EINTR) return;
      }
      ended = true;
    });
    EXPECT_EQ(thread.failure(), "");
  }
  EXPECT_TRUE(ended);
  close(fd);
}

TEST(HelperThread, FailureNamesTheThread) {
  HelperThread thread("vCPU 7", sched_getcpu(),
                      [](HelperThread& self) { self.Fail("went wrong"); });
  thread.Stop();
  EXPECT_EQ(thread.failure(), "vCPU 7: went wrong");
}

TEST(HelperThread, AThreadThatCantBeStartedIsAFailure) {
  pthread_attr_t before, huge;
  ASSERT_EQ(pthread_getattr_default_np(&before), 0);
  ASSERT_EQ(pthread_getattr_default_np(&huge), 0);
  // No process has room for such a stack.
  ASSERT_EQ(pthread_attr_setstacksize(&huge, size_t{1} << 47), 0);
  ASSERT_EQ(pthread_setattr_default_np(&huge), 0);
  HelperThread thread("vCPU 1", sched_getcpu(), [](HelperThread&) {});
  EXPECT_EQ(pthread_setattr_default_np(&before), 0);
  thread.Stop();
  EXPECT_EQ(thread.failure(),
            "vCPU 1: can't be started: Resource temporarily unavailable");
}

TEST(HelperThread, ACpuThatIsNotThereIsAFailure) {
  HelperThread thread("vCPU 1", CPU_SETSIZE - 1, [](HelperThread&) {});
  thread.Stop();
  EXPECT_NE(thread.failure().find("can't be pinned to CPU 1023"),
            std::string::npos);
}

}  // namespace
}  // namespace exitbench
