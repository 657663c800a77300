#include "cases/support/mapped_pages.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(HugeMappingTest, AllMappedIsShown) {
  const auto found = JudgeHugeMapping({.backed_pages = 64, .pages_2m = 64});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->shown, "64 pages of 2 MiB mapped");
  EXPECT_EQ(found->lacking, "");
}

TEST(HugeMappingTest, MappedBySmallPagesIsNotCalled2m) {
  const auto found = JudgeHugeMapping({.backed_pages = 64, .pages_2m = 0});
  EXPECT_TRUE(absl::IsUnavailable(found.status()));
  EXPECT_EQ(found.status().message(),
            "KVM maps 0 of the host's 64 pages of 2 MiB as such");
}

TEST(HugeMappingTest, OneInSixteenMayHaveBeenTakenAway) {
  EXPECT_TRUE(JudgeHugeMapping({.backed_pages = 64, .pages_2m = 60}).ok());
  EXPECT_FALSE(JudgeHugeMapping({.backed_pages = 64, .pages_2m = 59}).ok());
  EXPECT_FALSE(JudgeHugeMapping({.backed_pages = 8, .pages_2m = 7}).ok());
  EXPECT_FALSE(JudgeHugeMapping({.backed_pages = 1, .pages_2m = 0}).ok());
}

TEST(HugeMappingTest, LargerPagesOfTheHostsDoNotMake2m) {
  EXPECT_TRUE(CheckHugetlbMapping(4096).ok());
  const absl::Status large = CheckHugetlbMapping(64 << 10);
  EXPECT_TRUE(absl::IsUnavailable(large));
  EXPECT_EQ(large.message(),
            "KVM maps hugetlb pages of 2 MiB by the host's pages of 64 KiB");
  EXPECT_EQ(JudgeHugeMapping({.backed_pages = 64, .host_page_bytes = 16 << 10})
                .status()
                .message(),
            "KVM maps hugetlb pages of 2 MiB by the host's pages of 16 KiB");
}

// Two roots of a shadow may map the same page.
TEST(HugeMappingTest, MoreIsRight) {
  EXPECT_TRUE(JudgeHugeMapping({.backed_pages = 4,
                                .pages_2m = 8,
                                .two_dimensional_paging = false,
                                .guest_pages_2m = true})
                  .ok());
}

TEST(HugeMappingTest, AKernelWithoutTheGaugeShowsNothing) {
  const auto found = JudgeHugeMapping({.backed_pages = 64});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->shown, "");
  EXPECT_EQ(found->lacking, "mapped pages of 2 MiB (pages_2m)");
}

TEST(HugeMappingTest, AShadowHasTheGuestsPageSize) {
  for (std::optional<uint64_t> gauge :
       {std::optional<uint64_t>(0), std::optional<uint64_t>()}) {
    const auto small = JudgeHugeMapping({.backed_pages = 64,
                                         .pages_2m = gauge,
                                         .two_dimensional_paging = false});
    ASSERT_TRUE(small.ok()) << small.status();
    EXPECT_EQ(small->shown,
              "shadow paging maps the host's 2 MiB by the guest's pages of 4 "
              "KiB");
    EXPECT_EQ(small->lacking, "");
  }
  EXPECT_FALSE(JudgeHugeMapping({.backed_pages = 64,
                                 .pages_2m = 0,
                                 .two_dimensional_paging = false,
                                 .guest_pages_2m = true})
                   .ok());
}

}  // namespace
}  // namespace exitbench
