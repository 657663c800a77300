#include "results/report/disturbed.h"

#include "gtest/gtest.h"
#include "results/model/test_results.h"

namespace exitbench {
namespace {

TEST(Disturbed, SaysHowManyAndByWhat) {
  Results results;
  CaseResult& c = results.cases.emplace_back();
  c.runs.resize(5);
  EXPECT_EQ(DisturbedText(results), "");
  c.runs[0].disturbed = true;
  c.runs[0].disturbance = "1200 interrupts/s, moved from CPU 1 to 0";
  c.runs[3].disturbed = true;
  c.runs[3].disturbance = "900 interrupts/s";
  EXPECT_EQ(DisturbedText(results),
            "2 of 5 runs were disturbed: interrupts/s (2), moved from CPU to "
            "(1)\n");
}

TEST(Disturbed, ShowsTheMostFrequentCauses) {
  Results results;
  CaseResult& c = results.cases.emplace_back();
  for (const char* cause : {"a", "b", "b", "c", "c", "d", "d"}) {
    exitbench::Run& run = c.runs.emplace_back();
    run.disturbed = true;
    run.disturbance = cause;
  }
  EXPECT_EQ(DisturbedText(results),
            "7 of 7 runs were disturbed: b (2), c (2), d (2)\n");
}

}  // namespace
}  // namespace exitbench
