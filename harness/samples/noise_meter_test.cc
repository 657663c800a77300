#include "harness/samples/noise_meter.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

QuantumBatch Batch(std::vector<double> ticks, double exits) {
  return {std::move(ticks), exits};
}

TEST(NoiseFigures, EvenQuantaHaveNoDetours) {
  const NoiseFigures f = FiguresOf({Batch({1000, 1000, 1040, 1000}, 3)}, 1e9);
  EXPECT_EQ(f.usual_ticks, 1000);
  EXPECT_TRUE(f.detours_ticks.empty());
  EXPECT_EQ(f.detours_per_s, 0);
  EXPECT_NEAR(f.lost_share, 40.0 / 4040, 1e-9);
}

TEST(NoiseFigures, CountsDetoursAndWhatTheyTook) {
  const NoiseFigures f = FiguresOf(
      {Batch({1000, 5000, 1000}, 1), Batch({1000, 1000, 3000}, 0)}, 1e6);
  ASSERT_EQ(f.detours_ticks.size(), 2u);
  EXPECT_EQ(f.detours_ticks[0], 4000);
  EXPECT_EQ(f.detours_ticks[1], 2000);
  // Two in 12,000 ticks of a million a second.
  EXPECT_NEAR(f.detours_per_s, 2 / 0.012, 1e-6);
  EXPECT_NEAR(f.lost_share, 6000.0 / 12000, 1e-9);
  // No exit explains that of the second batch.
  EXPECT_EQ(f.with_exit_share, 0.5);
}

TEST(NoiseFigures, AnExitExplainsOneDetourAtMost) {
  const NoiseFigures f =
      FiguresOf({Batch({1000, 1000, 1000, 1000, 9000, 9000}, 1)}, 1e9);
  EXPECT_EQ(f.with_exit_share, 0.5);
}

TEST(NoiseFigures, NothingMeasuredIsNoFigure) {
  EXPECT_EQ(FiguresOf({}, 1e9).usual_ticks, 0);
  EXPECT_EQ(FiguresOf({Batch({}, 0)}, 1e9).detours_per_s, 0);
}

TEST(GuestQuanta, AreInTicksOfTheHost) {
  const GuestStamp stamps[] = {{100, 600}, {700, 2700}, {9, 9}};
  EXPECT_EQ(GuestQuanta(stamps, 2, 1), (std::vector<double>{500, 2000}));
  EXPECT_EQ(GuestQuanta(stamps, 2, 0.5), (std::vector<double>{250, 1000}));
}

TEST(NoiseMeter, WorksOnTheHost) {
  NoiseMeter meter;
  meter.WorkOnHost(200000, 20);
  ASSERT_EQ(meter.host().size(), 1u);
  ASSERT_EQ(meter.host()[0].ticks.size(), 20u);
  // So many dependent passes take more than a thousand ticks of any clock.
  for (double ticks : meter.host()[0].ticks) EXPECT_GT(ticks, 1000u);
  meter.Clear();
  EXPECT_TRUE(meter.host().empty());
}

}  // namespace
}  // namespace exitbench
