#include "results/merge.h"

#include "gtest/gtest.h"
#include "results/test_results.h"

namespace exitbench {
namespace {

TEST(Merge, AddsSessionsAndRuns) {
  Results into = TestResults();
  ASSERT_TRUE(Merge(TestResults(), into).ok());
  EXPECT_EQ(into.sessions.size(), 2u);
  ASSERT_EQ(into.cases.size(), 2u);
  const CaseResult& c = into.cases[0];
  ASSERT_EQ(c.runs.size(), 4u);
  EXPECT_EQ(c.runs[1].session, 0u);
  EXPECT_EQ(c.runs[2].session, 1u);
  ASSERT_EQ(c.metrics[0].runs.size(), 4u);
  EXPECT_EQ(c.metrics[0].runs[3].run, 3u);
  EXPECT_EQ(c.metrics[0].histogram.total(), 4000u);
}

TEST(Merge, WorstOutcomeStays) {
  Results into = TestResults(), more = TestResults();
  more.cases[0].outcome = Outcome::kTimeout;
  more.cases[0].reason = "no end";
  ASSERT_TRUE(Merge(more, into).ok());
  EXPECT_EQ(into.cases[0].outcome, Outcome::kTimeout);
  EXPECT_EQ(into.cases[0].reason, "no end");
}

TEST(Merge, OtherHostsAndPayloadsAreRefusedUntouched) {
  Results into = TestResults();
  Results other_kernel = TestResults();
  other_kernel.host.kernel_release = "6.2";
  EXPECT_EQ(Merge(other_kernel, into).message(),
            "kernel differs: 6.1.0-test and 6.2");
  Results other_payload = TestResults();
  other_payload.cases[1].code_hash = "1";
  EXPECT_FALSE(Merge(other_payload, into).ok());
  EXPECT_EQ(into.sessions.size(), 1u);
  EXPECT_EQ(into.cases[0].runs.size(), 2u);
}

}  // namespace
}  // namespace exitbench
