#include "results/model/slim.h"

#include "gtest/gtest.h"
#include "results/compare/diff.h"
#include "results/file/proto_io.h"
#include "results/model/test_results.h"
#include "results/model/testing.h"
#include "results/report/diff_report.h"
#include "results/report/report.h"

namespace exitbench {
namespace {

std::string DiffText(const Results& a, const Results& b) {
  return DiffToText(CompareSides(MakeSide(a, "a"), MakeSide(b, "b"), {}), {});
}

TEST(SlimTest, DiffSeesNoDifference) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  std::vector<double> runs;
  for (int i = 0; i < 15; ++i) runs.push_back(1000 + i);
  AddCase("pio/out", runs, a);
  for (double& run : runs) run *= 1.1;
  AddCase("pio/out", runs, b);
  const std::string whole = DiffText(a, b);
  ASSERT_NE(whole.find("worse"), std::string::npos);
  Slim(a);
  Slim(b);
  EXPECT_EQ(DiffText(a, b), whole);
}

TEST(SlimTest, IsMuchSmallerAndReadsBack) {
  Results results = TestResults();
  results.cases[0].measures = std::string(200, 'x');
  const size_t whole = Serialize(results).size();
  Slim(results);
  const std::string bytes = Serialize(results);
  EXPECT_LT(bytes.size(), whole / 2);
  const absl::StatusOr<Results> back = Parse(bytes);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->cases[0].metrics[0].runs[0].summary.iqm, 3000);
  EXPECT_EQ(back->cases[0].metrics[0].runs[0].summary.count, 0u);
  EXPECT_EQ(back->cases[0].verdict, Verdict::kProven);
  EXPECT_EQ(back->cases[1].reason, "no KVM_CAP_EXIT_HYPERCALL");
}

TEST(SlimTest, WhatIsGoneIsNotShownAsZero) {
  Results results = TestResults();
  Slim(results);
  const std::string text = RenderReport(results);
  // guest, net, +-, ns, +-%, p99, host
  EXPECT_NE(text.find("pio/out   3000    -   -  1500  0.0    -     -"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace exitbench
