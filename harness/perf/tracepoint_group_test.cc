#include "harness/perf/tracepoint_group.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

// A thread that renames itself passes a tracepoint, and need not be a guest's.
uint64_t RenameTracepoint() {
  for (const char* mount :
       {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
    std::ifstream file(std::string(mount) + "/events/task/task_rename/id");
    uint64_t number;
    if (file >> number) return number;
  }
  return 0;
}

void RenameTo(const char* name, int times) {
  for (int i = 0; i < times; ++i) prctl(PR_SET_NAME, name);
}

class TracepointGroupTest : public testing::Test {
 protected:
  void SetUp() override {
    number_ = RenameTracepoint();
    if (number_ == 0) GTEST_SKIP() << "SKIPPED, needs tracefs";
    events_ = {{number_, ""},
               {number_, "newcomm == \"one\""},
               {number_, "newcomm == \"two\""}};
    const absl::Status may = TracepointGroup::Open(0, events_).status();
    if (absl::IsPermissionDenied(may)) {
      GTEST_SKIP() << "SKIPPED, needs permission: " << may.message();
    }
    ASSERT_TRUE(may.ok()) << may;
  }

  uint64_t number_ = 0;
  std::vector<TracepointEvent> events_;
};

using Counts = std::vector<uint64_t>;

TEST_F(TracepointGroupTest, CountsWhatPassesEachFilterWhileItIsOn) {
  const absl::StatusOr<TracepointGroup> group =
      TracepointGroup::Open(0, events_);
  ASSERT_TRUE(group.ok()) << group.status();
  EXPECT_EQ(group->size(), 3u);
  RenameTo("one", 5);
  EXPECT_EQ(group->Read().value(), (Counts{0, 0, 0}));
  group->Enable();
  RenameTo("one", 3);
  RenameTo("two", 4);
  RenameTo("three", 2);
  group->Disable();
  RenameTo("two", 5);
  EXPECT_EQ(group->Read().value(), (Counts{9, 3, 4}));
  group->Enable();
  RenameTo("two", 1);
  group->Disable();
  EXPECT_EQ(group->Read().value(), (Counts{10, 3, 5}));
}

TEST_F(TracepointGroupTest, IsOfOneThreadAndKeepsItsCounts) {
  std::atomic<pid_t> number = 0;
  std::atomic<int> step = 0;
  std::thread other([&] {
    number = static_cast<pid_t>(syscall(SYS_gettid));
    while (step < 1) usleep(100);
    RenameTo("one", 6);
  });
  while (number == 0) usleep(100);
  absl::StatusOr<TracepointGroup> group =
      TracepointGroup::Open(number, events_);
  ASSERT_TRUE(group.ok()) << group.status();
  group->Enable();
  RenameTo("one", 2);
  step = 1;
  other.join();
  // The thread has ended, and its calls do not fail.
  group->Disable();
  EXPECT_EQ(group->Read().value(), (Counts{6, 6, 0}));
  group->Enable();
  group->Disable();
  EXPECT_EQ(group->Read().value(), (Counts{6, 6, 0}));
  EXPECT_TRUE(
      absl::IsNotFound(TracepointGroup::Open(number, events_).status()));
}

TEST_F(TracepointGroupTest, WhatIsNoFilterIsRefused) {
  const TracepointEvent bad[] = {{number_, ""}, {number_, "no_field == 1"}};
  EXPECT_TRUE(absl::IsUnimplemented(TracepointGroup::Open(0, bad).status()));
}

}  // namespace
}  // namespace exitbench
