#include "harness/host/memory_need.h"

#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

constexpr uint64_t kMiB = 1u << 20;

AvailableMemory OfHost(uint64_t bytes) { return {.bytes = bytes}; }

TEST(MemoryNeed, ReadsTheKernelsFigure) {
  EXPECT_EQ(ParseMemAvailable("MemTotal: 16 kB\nMemFree: 5 kB\n"
                              "MemAvailable:       2048 kB\nBuffers: 1 kB\n"),
            2 * kMiB);
}

TEST(MemoryNeed, WithoutTheFigureNothingIsRuledOut) {
  EXPECT_TRUE(
      EnoughMemory(64 * kMiB, OfHost(ParseMemAvailable("MemFree: 1 kB\n")))
          .ok());
}

TEST(MemoryNeed, TooLittleIsUnavailableWithBothFigures) {
  EXPECT_TRUE(EnoughMemory(100 * kMiB, OfHost(132 * kMiB)).ok());
  const absl::Status status = EnoughMemory(100 * kMiB, OfHost(132 * kMiB - 1));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status.message(),
            "needs 100 MiB of memory and 32 MiB left over; this host has 131 "
            "MiB available");
}

TEST(MemoryNeed, ACgroupsLimitIsNamed) {
  const absl::Status status =
      EnoughMemory(100 * kMiB, {.bytes = 40 * kMiB,
                                .cgroup = "/sys/fs/cgroup/a",
                                .limit_bytes = 64 * kMiB});
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status.message(),
            "needs 100 MiB of memory and 32 MiB left over; the limit of 64 MiB "
            "of memory cgroup /sys/fs/cgroup/a leaves 40 MiB");
}

TEST(MemoryNeed, ThisHostHasSome) { EXPECT_GT(MemoryAvailable().bytes, kMiB); }

using Cgroups = std::vector<MemoryCgroup>;

constexpr char kMountV2[] =
    "25 18 0:24 / /proc rw - proc proc rw\n"
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n";

TEST(MemoryCgroups, EachLevelFromItsOwnToTheRoot) {
  EXPECT_EQ(MemoryCgroups("0::/user.slice/a b.scope\n", kMountV2),
            (Cgroups{{"/sys/fs/cgroup/user.slice/a b.scope", 2},
                     {"/sys/fs/cgroup/user.slice", 2},
                     {"/sys/fs/cgroup", 2}}));
}

// The container's own root has limits as any other.
TEST(MemoryCgroups, InACgroupNamespaceThePathIsTheRoot) {
  EXPECT_EQ(MemoryCgroups("0::/\n", kMountV2),
            (Cgroups{{"/sys/fs/cgroup", 2}}));
}

// A namespace without a mount of its own: the mount is of what is around it.
TEST(MemoryCgroups, AMountFromOutsideTheNamespaceHoldsAtItsTop) {
  EXPECT_EQ(MemoryCgroups("0::/x\n",
                          "30 23 0:26 /../.. /sys/fs/cgroup rw - cgroup2 c rw"),
            (Cgroups{{"/sys/fs/cgroup", 2}}));
}

TEST(MemoryCgroups, AMountOfAnotherPartSaysNothing) {
  EXPECT_EQ(MemoryCgroups("0::/a\n", "30 23 0:26 /b /mnt rw - cgroup2 c rw"),
            Cgroups{});
  EXPECT_EQ(MemoryCgroups("0::/../c\n", kMountV2), Cgroups{});
}

TEST(MemoryCgroups, Version1OfAContainerWithoutANamespace) {
  EXPECT_EQ(
      MemoryCgroups("9:cpu:/x\n4:hugetlb,memory:/docker/5f/in\n0::/x\n",
                    "31 30 0:27 /docker/5f /sys/fs/cgroup/cpu ro - cgroup c "
                    "rw,cpu\n"
                    "35 30 0:32 /docker/5f /sys/fs/cgroup/my\\040memory ro - "
                    "cgroup c rw,hugetlb,memory\n"),
      (Cgroups{{"/sys/fs/cgroup/my memory/in", 1},
               {"/sys/fs/cgroup/my memory", 1}}));
}

TEST(MemoryCgroups, NonsenseIsNone) {
  EXPECT_EQ(MemoryCgroups("", ""), Cgroups{});
  EXPECT_EQ(MemoryCgroups("no colons\n:\n", "too - short\n"), Cgroups{});
}

TEST(LeftByLimit, TheLimitLessWhatIsUsedButForTheCache) {
  const AvailableMemory left = LeftByLimit(
      {"/c", 2}, "67108864\n", "50331648\n",
      "anon 1\nfile 9999999\ninactive_file 4194304\nactive_file 1\n");
  EXPECT_EQ(left.bytes, 20 * kMiB);
  EXPECT_EQ(left.cgroup, "/c");
  EXPECT_EQ(left.limit_bytes, 64 * kMiB);
}

TEST(LeftByLimit, Version1CountsTheCacheOfThoseBelow) {
  EXPECT_EQ(LeftByLimit({"/c", 1}, "67108864", "67108864",
                        "inactive_file 0\ntotal_inactive_file 1048576\n")
                .bytes,
            kMiB);
}

TEST(LeftByLimit, MoreUsedThanAllowedLeavesNothing) {
  EXPECT_EQ(LeftByLimit({"/c", 2}, "1048576", "2097152", "").bytes, 0u);
}

TEST(LeftByLimit, NoLimitBoundsNothing) {
  for (const char* limit : {"max\n", "9223372036854771712\n", ""}) {
    const AvailableMemory left = LeftByLimit({"/c", 1}, limit, "4096", "");
    EXPECT_EQ(left.bytes, ~uint64_t{0}) << limit;
    EXPECT_EQ(left.cgroup, "") << limit;
  }
}

class Host : public testing::Test {
 protected:
  ~Host() override { std::filesystem::remove_all(root_); }
  void Put(const std::string& path, const std::string& text) {
    const std::filesystem::path file = root_ + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  const std::string root_ = testing::TempDir() + "/memory_need_test";
};

TEST_F(Host, TheTightestOfAllCounts) {
  Put("/proc/meminfo", "MemAvailable: 1048576 kB\n");
  Put("/proc/self/cgroup", "0::/pod/job\n");
  Put("/proc/self/mountinfo", kMountV2);
  EXPECT_EQ(MemoryAvailable(root_).bytes, 1024 * kMiB);
  EXPECT_EQ(MemoryAvailable(root_).cgroup, "");
  Put("/sys/fs/cgroup/pod/job/memory.max", "max\n");
  Put("/sys/fs/cgroup/pod/job/memory.current", "4096\n");
  Put("/sys/fs/cgroup/pod/memory.max", "134217728\n");
  Put("/sys/fs/cgroup/pod/memory.current", "33554432\n");
  Put("/sys/fs/cgroup/pod/memory.stat", "inactive_file 1048576\n");
  const AvailableMemory least = MemoryAvailable(root_);
  EXPECT_EQ(least.bytes, 97 * kMiB);
  EXPECT_EQ(least.cgroup, "/sys/fs/cgroup/pod");
  Put("/proc/meminfo", "MemAvailable: 1024 kB\n");
  EXPECT_EQ(MemoryAvailable(root_).bytes, kMiB);
  EXPECT_EQ(MemoryAvailable(root_).cgroup, "");
}

}  // namespace
}  // namespace exitbench
