#include "base/cpus.h"

#include <cerrno>
#include <cstring>
#include <thread>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

using Numbers = std::vector<int>;

TEST(CpuSet, HoldsWhatIsAdded) {
  CpuSet set;
  EXPECT_TRUE(set.IsEmpty());
  EXPECT_FALSE(set.Has(0));
  for (int cpu : {5000, 0, 63, 64}) set.Add(cpu);
  set.Add(-1);
  set.Remove(63);
  set.Remove(70000);
  EXPECT_EQ(set.Numbers(), (Numbers{0, 64, 5000}));
  EXPECT_TRUE(set.Has(5000));
  EXPECT_FALSE(set.Has(63));
  EXPECT_FALSE(set.Has(-1));
}

// As a kernel of so many possible CPUs takes the call.
struct FakeKernel {
  int possible;
  Numbers allowed;
  int calls = 0;

  int operator()(size_t bytes, unsigned long* words) {
    ++calls;
    if (bytes * 8 < static_cast<size_t>(possible)) {
      errno = EINVAL;
      return -1;
    }
    memset(words, 0, bytes);
    for (int cpu : allowed) words[cpu / 64] |= 1ul << (cpu % 64);
    return static_cast<int>(bytes);
  }
};

TEST(CpuSet, GrowsUntilTheKernelTakesIt) {
  FakeKernel small = {1024, {0, 1023}}, large = {8192, {3, 1024, 8191}};
  const auto few = CpuSet::Read(std::ref(small));
  ASSERT_TRUE(few.ok());
  EXPECT_EQ(few->Numbers(), (Numbers{0, 1023}));
  EXPECT_EQ(small.calls, 1);
  const auto many = CpuSet::Read(std::ref(large));
  ASSERT_TRUE(many.ok());
  EXPECT_EQ(many->Numbers(), (Numbers{3, 1024, 8191}));
  EXPECT_EQ(large.calls, 4);
}

TEST(CpuSet, ARefusalIsAnError) {
  int calls = 0;
  const auto refused = CpuSet::Read([&calls](size_t, unsigned long*) {
    ++calls;
    errno = EPERM;
    return -1;
  });
  EXPECT_TRUE(absl::IsPermissionDenied(refused.status())) << refused.status();
  EXPECT_EQ(calls, 1);
  const auto never = CpuSet::Read([](size_t, unsigned long*) {
    errno = EINVAL;
    return -1;
  });
  EXPECT_TRUE(absl::IsInvalidArgument(never.status())) << never.status();
}

TEST(CpuSet, BindsAThreadToWhatItSays) {
  std::thread([] {
    const auto before = CpuSet::OfThisThread();
    ASSERT_TRUE(before.ok()) << before.status();
    ASSERT_FALSE(before->IsEmpty());
    const int cpu = before->Numbers().back();
    ASSERT_TRUE(PinThisThread(cpu).ok());
    EXPECT_EQ(CpuSet::OfThisThread()->Numbers(), Numbers{cpu});
    EXPECT_EQ(CurrentCpu(), cpu);
    // Also one that takes more than cpu_set_t.
    CpuSet large = *before;
    large.Add(4000);
    EXPECT_TRUE(large.BindThisThread().ok());
    EXPECT_EQ(CpuSet::OfThisThread()->Numbers(), before->Numbers());
    EXPECT_FALSE(CpuSet().BindThisThread().ok());
    EXPECT_TRUE(absl::IsInvalidArgument(PinThisThread(4000)));
    EXPECT_TRUE(absl::IsInvalidArgument(PinThisThread(-1)));
  }).join();
}

TEST(MoveOffCpu, GoesWhereItWasLetRun) {
  std::thread([] {
    EXPECT_FALSE(MoveOffCpu(0));  // Nothing is remembered.
    ASSERT_TRUE(RememberAllowedCpus().ok());
    Numbers others = CpuSet::OfThisThread()->Numbers();
    const int cpu = others.back();
    others.pop_back();
    ASSERT_TRUE(PinThisThread(cpu).ok());
    EXPECT_EQ(MoveOffCpu(cpu), !others.empty());
    if (!others.empty()) {
      EXPECT_EQ(CpuSet::OfThisThread()->Numbers(), others);
    }
  }).join();
}

TEST(TakeCpus, AreTheFirstOfThoseGiven) {
  GiveCpus({5, 4, 7});
  EXPECT_TRUE(CpusAreGiven());
  EXPECT_EQ(*TakeCpus(1), Numbers{5});
  EXPECT_EQ(*TakeCpus(3), (Numbers{5, 4, 7}));
  EXPECT_TRUE(absl::IsUnimplemented(TakeCpus(4).status()));
  EXPECT_EQ(TakeCpus(4).status().message(), "needs 4 CPUs to pin to, has 3");
  GiveCpus({});
  EXPECT_EQ(TakeCpus(1).status().message(),
            "needs its threads pinned, and --cpu=none pins none");
}

TEST(ParseCpuList, ReadsTheKernelsLists) {
  EXPECT_EQ(ParseCpuList("0-2,8,1030-1031\n").Numbers(),
            (Numbers{0, 1, 2, 8, 1030, 1031}));
  EXPECT_EQ(ParseCpuList("7").Numbers(), Numbers{7});
  for (const char* none : {"", "\n", "a-b", "1,x", "0-"}) {
    EXPECT_TRUE(ParseCpuList(none).IsEmpty()) << none;
  }
}

}  // namespace
}  // namespace exitbench
