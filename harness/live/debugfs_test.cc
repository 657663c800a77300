#include "harness/live/debugfs.h"

#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "harness/live/fake_root.h"
#include "harness/live/statistic_types.h"

namespace exitbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kVm[] = "/sys/kernel/debug/kvm/7-9";

TEST(DebugfsTest, ReadsCounters) {
  FakeRoot root;
  root.Write(absl::StrCat(kVm, "/exits"), "18446744073709551615\n");
  root.Write(absl::StrCat(kVm, "/io_exits"), "12\n");
  const absl::StatusOr<std::vector<double>> values =
      ReadCounters(root.path() + kVm, {"io_exits", "exits"});
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_THAT(*values, ElementsAre(12, 18446744073709551615.0));
}

TEST(DebugfsTest, SaysThatTheVmHasEnded) {
  FakeRoot root;
  root.Write(absl::StrCat(kVm, "/exits"), "1\n");
  root.Remove(kVm);
  EXPECT_TRUE(
      absl::IsNotFound(ReadCounters(root.path() + kVm, {"exits"}).status()));
  EXPECT_EQ(FolderId(root.path() + kVm), 0u);
}

TEST(DebugfsTest, RefusesWhatIsNoNumber) {
  FakeRoot root;
  for (const char* text : {"", "-1", "1 2", "1e3", "18446744073709551616"}) {
    root.Write(absl::StrCat(kVm, "/exits"), text);
    const absl::Status read =
        ReadCounters(root.path() + kVm, {"exits"}).status();
    EXPECT_EQ(read.message(), "exits of debugfs is not a number") << text;
  }
}

TEST(DebugfsTest, ReadsNoMoreThanItsBound) {
  FakeRoot root;
  root.Write(absl::StrCat(kVm, "/exits"),
             "7\n" + std::string(1 << 20, ' ') + "8");
  const absl::StatusOr<std::vector<double>> values =
      ReadCounters(root.path() + kVm, {"exits"});
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_THAT(*values, ElementsAre(7));
}

TEST(DebugfsTest, FindsThreadsOfVcpus) {
  FakeRoot root;
  root.Write(absl::StrCat(kVm, "/exits"), "1\n");
  root.Write(absl::StrCat(kVm, "/vcpu1/pid"), "31\n");
  root.Write(absl::StrCat(kVm, "/vcpu0/pid"), "30\n");
  root.Write(absl::StrCat(kVm, "/vcpu2/pid"), "0\n");
  root.Write(absl::StrCat(kVm, "/vcpu3/pid"), "99999999999\n");
  root.Write(absl::StrCat(kVm, "/vcpux/pid"), "32\n");
  EXPECT_EQ(VcpusOfFolder(root.path() + kVm), 4u);
  EXPECT_THAT(VcpuThreadsOfFolder(root.path() + kVm), ElementsAre(30, 31));
}

// What is not a counter may be dear to read.
TEST(DebugfsTest, ReadsOnlyCountersThatGrow) {
  FakeRoot root;
  for (const char* name : {"exits", "io_exits", "max_mmu_rmap_size",
                           "mmu_rmaps_stat", "halt_wait_hist", "new_gauge"}) {
    root.Write(absl::StrCat(kVm, "/", name), "1\n");
  }
  root.MakeReadOnly(absl::StrCat(kVm, "/new_gauge"));
  root.Write(absl::StrCat(kVm, "/vcpu0/pid"), "1\n");
  const absl::StatusOr<std::vector<CounterFile>> files =
      ListCounterFiles(root.path() + kVm);
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_THAT(GrowingCounters(*files, {}), ElementsAre("exits", "io_exits"));
  // The kernel's own word is better.
  EXPECT_THAT(
      GrowingCounters(*files, {{"exits", StatisticType::kCumulative},
                               {"io_exits", StatisticType::kPeak},
                               {"new_gauge", StatisticType::kCumulative},
                               {"elsewhere", StatisticType::kCumulative}}),
      ElementsAre("exits", "new_gauge"));
}

TEST(DebugfsTest, SaysWhatHelps) {
  FakeRoot root;
  EXPECT_EQ(ListVmFolders(root.path()).status().message(),
            "debugfs is not mounted: mount -t debugfs debugfs "
            "/sys/kernel/debug");
  root.Write("/sys/kernel/debug/sleep_time", "1\n");
  EXPECT_EQ(ListVmFolders(root.path()).status().message(),
            "KVM has no folder in debugfs");
  root.Write("/sys/kernel/debug/kvm/exits", "1\n");
  const absl::StatusOr<std::vector<VmFolder>> none = ListVmFolders(root.path());
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_THAT(*none, IsEmpty());
}

TEST(DebugfsTest, SaysThatItMayNotRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  FakeRoot root;
  root.Write("/sys/kernel/debug/kvm/exits", "1\n");
  const std::filesystem::path debugfs = root.path() + "/sys/kernel/debug";
  std::filesystem::permissions(debugfs, std::filesystem::perms::none);
  const absl::Status listed = ListVmFolders(root.path()).status();
  std::filesystem::permissions(debugfs, std::filesystem::perms::owner_all);
  EXPECT_TRUE(absl::IsPermissionDenied(listed));
  EXPECT_EQ(listed.message(),
            "this process may not read /sys/kernel/debug: root may, or "
            "CAP_DAC_READ_SEARCH");
}

}  // namespace
}  // namespace exitbench
