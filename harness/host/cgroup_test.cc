#include "harness/host/cgroup.h"

#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

// A stand-in for /proc and /sys/fs/cgroup.
class CgroupFactsTest : public testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = Root() + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::map<std::string, std::string> Facts() {
    std::map<std::string, std::string> facts;
    for (const Fact& fact : CgroupFacts(Root())) facts[fact.key] = fact.value;
    return facts;
  }
  static std::string Root() {
    return absl::StrCat(
        testing::TempDir(),
        testing::UnitTest::GetInstance()->current_test_info()->name());
  }
  using Expected = std::map<std::string, std::string>;
};

constexpr char kMountV2[] =
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n";

TEST_F(CgroupFactsTest, Version2) {
  const std::string user = "/sys/fs/cgroup/user.slice";
  Write("/proc/self/cgroup", "0::/user.slice/user-0.slice/session-12.scope\n");
  Write("/proc/self/mountinfo", kMountV2);
  Write("/sys/fs/cgroup/cpuset.cpus.effective", "0-7\n");
  Write(user + "/cpu.weight", "100\n");
  Write(user + "/cpu.max", "max 100000\n");
  Write(user + "/cpuset.cpus.effective", "2-3\n");
  Write(user + "/user-0.slice/cpu.weight", "50\n");
  Write(user + "/user-0.slice/cpu.max", "150000 100000\n");
  // The controllers are not enabled in the session's group.
  Write(user + "/user-0.slice/session-12.scope/cgroup.procs", "1\n");
  EXPECT_EQ(
      Facts(),
      (Expected{{"cgroup.path", "/user.slice/user-0.slice/session-12.scope"},
                {"cgroup.depth", "2"},
                {"cgroup.cpus", "2-3"},
                {"cgroup.cpu_quota", "150000/100000"},
                {"cgroup.cpu_weight", "50"}}));
}

TEST_F(CgroupFactsTest, TheTightestQuotaOfAllLevels) {
  Write("/proc/self/cgroup", "0::/a/b\n");
  Write("/proc/self/mountinfo", kMountV2);
  Write("/sys/fs/cgroup/a/cpu.max", "5000 20000\n");
  Write("/sys/fs/cgroup/a/b/cpu.max", "50000 100000\n");
  EXPECT_EQ(Facts().at("cgroup.cpu_quota"), "5000/20000");
  Write("/sys/fs/cgroup/a/cpu.max", "max 20000\n");
  EXPECT_EQ(Facts().at("cgroup.cpu_quota"), "50000/100000");
  Write("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
  EXPECT_EQ(Facts().at("cgroup.cpu_quota"), "none");
}

TEST_F(CgroupFactsTest, TheRootGroup) {
  Write("/proc/self/cgroup", "0::/\n");
  Write("/proc/self/mountinfo", kMountV2);
  Write("/sys/fs/cgroup/cpuset.cpus.effective", "0-1\n");
  EXPECT_EQ(Facts(), (Expected{{"cgroup.path", "/"},
                               {"cgroup.depth", "0"},
                               {"cgroup.cpus", "0-1"},
                               {"cgroup.cpu_quota", "none"},
                               {"cgroup.cpu_weight", "absent"}}));
}

TEST_F(CgroupFactsTest, Version1BesideAnEmptyVersion2) {
  Write("/proc/self/cgroup",
        "4:cpuset:/s\n3:cpu,cpuacct:/docker/5f\n2:cpuacct_:/x\n0::/u\n");
  Write("/proc/self/mountinfo",
        "31 30 0:27 / /sys/fs/cgroup/cpu ro - cgroup c rw,cpu,cpuacct\n"
        "32 30 0:28 / /sys/fs/cgroup/cpuset ro - cgroup c rw,cpuset\n"
        "33 30 0:29 / /sys/fs/cgroup/unified ro - cgroup2 c rw\n");
  const std::string cpu = "/sys/fs/cgroup/cpu";
  Write(cpu + "/cpu.shares", "1024\n");
  Write(cpu + "/docker/5f/cpu.shares", "512\n");
  Write(cpu + "/docker/5f/cpu.cfs_quota_us", "50000\n");
  Write(cpu + "/docker/5f/cpu.cfs_period_us", "100000\n");
  Write(cpu + "/docker/cpu.cfs_quota_us", "-1\n");
  Write(cpu + "/docker/cpu.cfs_period_us", "100000\n");
  Write("/sys/fs/cgroup/cpuset/s/cpuset.cpus", "1,3\n");
  EXPECT_EQ(Facts(), (Expected{{"cgroup.path", "/docker/5f"},
                               {"cgroup.depth", "2"},
                               {"cgroup.cpus", "1,3"},
                               {"cgroup.cpu_quota", "50000/100000"},
                               {"cgroup.cpu_weight", "512 shares"}}));
}

// Nothing seen is not "no limit".
TEST_F(CgroupFactsTest, NothingSeenIsAbsent) {
  Write("/proc/self/cgroup", "");
  for (const auto& [key, value] : Facts()) EXPECT_EQ(value, "absent") << key;
  EXPECT_EQ(Facts().size(), 5u);
}

TEST_F(CgroupFactsTest, NonsenseIsNoQuota) {
  Write("/proc/self/cgroup", "0::/a\n");
  Write("/proc/self/mountinfo", kMountV2);
  for (const char* text : {"", "1", "x 100000", "5000 0", "5000 1 2"}) {
    Write("/sys/fs/cgroup/a/cpu.max", text);
    EXPECT_EQ(Facts().at("cgroup.cpu_quota"), "none") << text;
  }
}

}  // namespace
}  // namespace exitbench
