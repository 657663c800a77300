// ept/nx_huge_page_split against guests that split no huge page in the timed
// part. An emulated host whose kvm.nx_huge_pages is on runs it too.
#include "gmock/gmock.h"
#include "guest_blobs/bad_payloads.h"
#include "guest_blobs/payloads.h"
#include "tests/guests/changed_row.h"

namespace exitbench {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

// Batches of 32, as the warm-up is one.
constexpr uint32_t kSplits = 64;
constexpr char kCase[] = "ept/nx_huge_page_split.ring3";

class HugePageSplitTest : public ChangedRowTest {
 protected:
  void SetUp() override {
    ChangedRowTest::SetUp();
    if (!IsSkipped()) NeedsCase(kCase, kSplits);
  }

  // Returns the reason for which it FAILED.
  std::string Failure(void (*change)(Case&)) {
    const CaseResult result =
        RunChanged(kCase, kSplits, absl::Seconds(20), change);
    EXPECT_EQ(result.outcome, Outcome::kFailed) << result.proof;
    EXPECT_TRUE(result.metrics.empty());
    return result.reason;
  }
};

TEST_F(HugePageSplitTest, AGuestThatOnlyReadsFails) {
  EXPECT_THAT(Failure([](Case& row) { row.blob = &blobs::touch_read; }),
              HasSubstr("calls ran the code of 0 pages"));
}

TEST_F(HugePageSplitTest, CallsThatAreOnlyCountedSplitNothing) {
  EXPECT_THAT(
      Failure([](Case& row) { row.blob = &blobs::bad_split_without_fetch; }),
      HasSubstr("calls split 0 huge pages (nx_lpage_splits)"));
}

// The first of the warm-up's calls splits it, and no other does.
TEST_F(HugePageSplitTest, CallsIntoAPageThatIsSplitAreNoSplits) {
  EXPECT_THAT(Failure([](Case& row) { row.blob = &blobs::bad_split_one_page; }),
              HasSubstr("32 calls split 1 huge pages (nx_lpage_splits)"));
}

// All counts are right, but none is of the timed part.
TEST_F(HugePageSplitTest, ASplitBeforeTheEventIsContradicted) {
  const CaseResult result =
      RunChanged(kCase, kSplits, absl::Seconds(20),
                 [](Case& row) { row.blob = &blobs::bad_split_before; });
  EXPECT_EQ(result.outcome, Outcome::kFailed) << result.proof;
  EXPECT_EQ(result.verdict, Verdict::kContradicted);
  EXPECT_THAT(result.reason,
              ContainsRegex("pf_taken .*moved by 0.*claimed 64"));
  EXPECT_TRUE(result.metrics.empty());
}

TEST_F(HugePageSplitTest, AWrongCountOfCallsFails) {
  EXPECT_THAT(
      Failure([](Case& row) { row.blob = &blobs::bad_split_miscounted; }),
      HasSubstr("32 calls ran the code of 64 pages"));
}

}  // namespace
}  // namespace exitbench
