#include "results/compare/bisect.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

constexpr double kDeadZone = .005;

std::vector<double> Runs(double centre, double spread = .005) {
  std::vector<double> runs;
  for (int i = 0; i < 15; ++i) {
    runs.push_back(centre * (1 + spread * ((i * 7) % 15 - 7) / 15));
  }
  return runs;
}

Side At(const std::vector<double>& runs, Tick tick = Tick::kTsc) {
  Results r = MakeResults("6.1", "boot");
  r.host.tick = tick;
  AddCase("pio/out", runs, r);
  return MakeSide(r, "side");
}

absl::StatusOr<BisectBorder> Border(const Side& good, const Side& bad) {
  DiffOptions options;
  options.threshold = 2 * kDeadZone;
  return FindBorder(good, bad, "pio/out", "", options);
}

BisectAnswer Answer(const Side& good, const Side& bad, const Side& now) {
  const absl::StatusOr<BisectBorder> border = Border(good, bad);
  EXPECT_TRUE(border.ok()) << border.status();
  return Decide(*border, now, kDeadZone).answer;
}

TEST(BisectTest, NearerToWhichSide) {
  const Side good = At(Runs(1000)), bad = At(Runs(1100));
  EXPECT_EQ(Answer(good, bad, At(Runs(1003))), BisectAnswer::kGood);
  EXPECT_EQ(Answer(good, bad, At(Runs(1098))), BisectAnswer::kBad);
  // Results beyond good or bad are like it.
  EXPECT_EQ(Answer(good, bad, At(Runs(900))), BisectAnswer::kGood);
  EXPECT_EQ(Answer(good, bad, At(Runs(2000))), BisectAnswer::kBad);
}

TEST(BisectTest, BadMayBeTheFasterOne) {
  const Side good = At(Runs(1100)), bad = At(Runs(1000));
  EXPECT_EQ(Answer(good, bad, At(Runs(1003))), BisectAnswer::kBad);
  EXPECT_EQ(Answer(good, bad, At(Runs(1098))), BisectAnswer::kGood);
}

TEST(BisectTest, TheMiddleIsADeadZone) {
  const Side good = At(Runs(1000)), bad = At(Runs(1100));
  EXPECT_EQ(Answer(good, bad, At(Runs(1049))), BisectAnswer::kInconclusive);
  EXPECT_EQ(Answer(good, bad, At(Runs(1043))), BisectAnswer::kGood);
  EXPECT_EQ(Answer(good, bad, At(Runs(1055))), BisectAnswer::kBad);
}

TEST(BisectTest, NoisyRunsNearTheMiddleAreInconclusive) {
  const Side good = At(Runs(1000)), bad = At(Runs(1100));
  EXPECT_EQ(Answer(good, bad, At(Runs(1035, .2))), BisectAnswer::kInconclusive);
  EXPECT_EQ(Answer(good, bad, At(Runs(900, .2))), BisectAnswer::kGood);
}

TEST(BisectTest, CountsHaveNoDeadZone) {
  const Side good = At(std::vector<double>(15, 3256), Tick::kInstruction);
  const Side bad = At(std::vector<double>(15, 3267), Tick::kInstruction);
  const auto at = [&](double count) {
    return Answer(good, bad,
                  At(std::vector<double>(3, count), Tick::kInstruction));
  };
  EXPECT_EQ(at(3258), BisectAnswer::kGood);
  EXPECT_EQ(at(3265), BisectAnswer::kBad);
  EXPECT_EQ(at(3261.5), BisectAnswer::kInconclusive);
}

TEST(BisectTest, ACaseThatDidNotRunIsInconclusive) {
  Results failed = MakeResults("6.1", "boot");
  AddCase("pio/out", Runs(1000), failed).outcome = Outcome::kFailed;
  const Side good = At(Runs(1000)), bad = At(Runs(1100));
  EXPECT_EQ(Answer(good, bad, MakeSide(failed, "now")),
            BisectAnswer::kInconclusive);
  EXPECT_EQ(Answer(good, bad, MakeSide(MakeResults("6.1", "x"), "now")),
            BisectAnswer::kInconclusive);
  EXPECT_EQ(Answer(good, bad, At({})), BisectAnswer::kInconclusive);
}

TEST(BisectTest, GoodAndBadMustDiffer) {
  EXPECT_TRUE(absl::IsFailedPrecondition(
      Border(At(Runs(1000)), At(Runs(1002))).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      Border(At(Runs(1000, .3)), At(Runs(1020, .3))).status()));
  Results none = MakeResults("6.1", "boot");
  EXPECT_TRUE(absl::IsFailedPrecondition(
      Border(At(Runs(1000)), MakeSide(none, "none")).status()));
}

TEST(BisectTest, TakesTheClearestMetricOrTheOneAskedFor) {
  const auto side = [](double noisy, double clear) {
    Results r = MakeResults("6.1", "boot");
    CaseResult& c = AddCase("pio/out", Runs(noisy, .04), r);
    AddMetric("guest", Runs(clear), 3, c);
    return MakeSide(r, "side");
  };
  const Side good = side(1000, 500), bad = side(1100, 550);
  const absl::StatusOr<BisectBorder> border = Border(good, bad);
  ASSERT_TRUE(border.ok()) << border.status();
  EXPECT_EQ(border->metric, "guest");
  EXPECT_EQ(FindBorder(good, bad, "pio/out", "kvm_run", {})->metric, "kvm_run");
  EXPECT_FALSE(FindBorder(good, bad, "pio/out", "none", {}).ok());
}

}  // namespace
}  // namespace exitbench
