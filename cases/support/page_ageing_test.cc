#include "cases/support/page_ageing.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kTwoCgroups[] =
    "memcg     1 /\n"
    " node     0\n"
    "          2       9000          0         10 \n"
    "          3       8000        100         20 \n"
    "memcg    37 /system.slice\n"
    " node     0\n"
    "          5       7000          1          1 \n"
    "          8       6000          2          2 \n"
    " node     1\n"
    "          4       5000          0          0 \n";

TEST(PageAgeingTest, FindsTheYoungestGenerationOfEachNode) {
  const std::vector<Generation> found =
      ParseGenerations(kTwoCgroups, "/system.slice");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].cgroup_id, 37u);
  EXPECT_EQ(found[0].node, 0u);
  EXPECT_EQ(found[0].youngest, 8u);
  EXPECT_EQ(found[1].cgroup_id, 37u);
  EXPECT_EQ(found[1].node, 1u);
  EXPECT_EQ(found[1].youngest, 4u);
}

TEST(PageAgeingTest, StopsAtTheNextCgroup) {
  const std::vector<Generation> found = ParseGenerations(kTwoCgroups, "/");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].cgroup_id, 1u);
  EXPECT_EQ(found[0].youngest, 3u);
}

// A kernel without memory cgroups names none.
TEST(PageAgeingTest, NoPathIsTheRoot) {
  EXPECT_THAT(
      ParseGenerations("memcg     0 \n node     0\n  3  1  2  3\n", "/"),
      SizeIs(1));
}

TEST(PageAgeingTest, UnknownCgroupAndCorruptText) {
  EXPECT_THAT(ParseGenerations(kTwoCgroups, "/user.slice"), IsEmpty());
  EXPECT_THAT(ParseGenerations("memcg x /\n node 0\n 3\n", "/"), IsEmpty());
  EXPECT_THAT(ParseGenerations("", "/"), IsEmpty());
}

TEST(PageAgeingTest, MemoryCgroupOfBothVersions) {
  EXPECT_EQ(ParseMemoryCgroup("0::/user.slice/a:b\n"), "/user.slice/a:b");
  EXPECT_EQ(ParseMemoryCgroup("4:cpu,cpuacct:/x\n3:memory:/y\n0::/z\n"), "/y");
  EXPECT_EQ(ParseMemoryCgroup(""), "/");
}

}  // namespace
}  // namespace exitbench
