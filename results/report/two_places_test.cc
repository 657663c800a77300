#include "results/report/two_places.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

TEST(TwoPlaces, RunsAreShownWithBoth) {
  Results r = MakeResults("6.1", "boot");
  CaseResult& c = AddCase("pio/out", {100, 101, 201, 100, 200}, r);
  AddMetric("exit_leg", {50, 50, 80, 50, 80}, 3, c);
  AddMetric("entry_leg", {50, 50, 50, 50, 51}, 3, c);
  AddCase("pio/in", {100, 101, 100, 99, 100}, r);
  EXPECT_EQ(TwoPlacesText(r),
            "pio/out kvm_run lies in two places: 100 (3 runs) and 200 (2); "
            "also exit_leg\n");
}

TEST(TwoPlaces, SamplesAreShownWithBoth) {
  Results r = MakeResults("6.1", "boot");
  CaseResult& c = AddCase("pio/out", {150, 150, 150, 151}, r);
  for (int i = 0; i < 400; ++i) c.metrics[0].histogram.Add(100);
  for (int i = 0; i < 600; ++i) c.metrics[0].histogram.Add(220);
  EXPECT_EQ(TwoPlacesText(r),
            "pio/out kvm_run lies in two places: 100 (40% of the samples) and "
            "220 (60%)\n");
  // A clock that counts in such steps has no values between.
  r.sessions[1].clock_calibration.clock_quantum_ticks = 40;
  EXPECT_EQ(TwoPlacesText(r), "");
}

TEST(TwoPlaces, OnlyTimesOfOkCasesThatDiffCompares) {
  Results r = MakeResults("6.1", "boot");
  CaseResult& c = AddCase("pio/out", {100, 200}, r);
  c.outcome = Outcome::kFailed;
  EXPECT_EQ(TwoPlacesText(r), "");
  c.outcome = Outcome::kOk;
  EXPECT_EQ(TwoPlacesText(r),
            "pio/out kvm_run lies in two places: 100 (1 run) and 200 (1)\n");
  c.metrics[0].unit = Unit::kCount;
  EXPECT_EQ(TwoPlacesText(r), "");
  c.metrics[0].unit = Unit::kTicks;
  c.metrics[0].gating = false;
  EXPECT_EQ(TwoPlacesText(r), "");
}

TEST(TwoPlaces, ManyAreCutShort) {
  Results r = MakeResults("6.1", "boot");
  for (int i = 0; i < 15; ++i) AddCase(absl::StrCat("c/", i), {100, 200}, r);
  const std::string text = TwoPlacesText(r);
  EXPECT_NE(text.find("c/11 kvm_run lies"), std::string::npos);
  EXPECT_EQ(text.find("c/12 kvm_run lies"), std::string::npos);
  EXPECT_NE(text.find("3 more cases lie in two places"), std::string::npos);
}

}  // namespace
}  // namespace exitbench
