// Stamps of a clock that is exact are rounded to a coarse one's. What comes of
// the coarse ones must be what comes of the exact ones.
#include "harness/samples/event_means.h"

#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

constexpr double kStep = 40;  // Exact ticks in a coarse one: 1 GHz and 25 MHz.
constexpr uint32_t kEvents = 10000;
constexpr uint32_t kBatch = 250;
constexpr double kLoop = 12;        // Between the stamps of two events.
constexpr double kBatchGap = 2613;  // Between two batches.

// The same events by two clocks.
struct SimulatedRun {
  EventMeans means;
  Samples guest;  // By the coarse clock, in exact ticks.
  Samples exact;
};

// Runs events that take what `ticks` says of the i-th.
SimulatedRun Simulate(const std::function<double(uint32_t)>& ticks,
                      double loop = kLoop, uint32_t batch = kBatch) {
  SimulatedRun run;
  const KeptEvents kept(kEvents);
  double now = 1e9 + 17;
  for (uint32_t done = 0; done < kEvents; done += batch) {
    std::vector<GuestStamp> coarse(batch);
    for (uint32_t i = 0; i < batch; ++i) {
      const double before = now, after = now + ticks(done + i);
      now = after + loop;
      coarse[i] = {static_cast<uint64_t>(before / kStep),
                   static_cast<uint64_t>(after / kStep)};
      run.exact.Add(after - before, true);
      run.guest.Add(kStep * static_cast<double>(coarse[i].after_ticks -
                                                coarse[i].before_ticks),
                    true);
    }
    run.means.AddBatch(coarse.data(), batch, 1, kept, done);
    now += kBatchGap;
  }
  return run;
}

std::function<double(uint32_t)> Always(double ticks) {
  return [ticks](uint32_t) { return ticks; };
}

// Returns the event less the control, in exact ticks, as the table shows it.
double NetOfSpans(const SimulatedRun& event, const SimulatedRun& control) {
  return kStep * (event.means.spans.Iqm() - control.means.spans.Iqm());
}

TEST(EventMeans, SpansLessTheControlsAreExact) {
  const SimulatedRun control = Simulate(Always(3));
  // 1188 and the loop are 30 steps, so all events of a batch have one phase.
  for (const double ticks :
       {320., 333., 400., 1000., 1188., 1199., 2007., 5318., 8001., 60000.}) {
    const SimulatedRun event = Simulate(Always(ticks));
    EXPECT_NEAR(NetOfSpans(event, control) / (ticks - 3), 1, 1e-3) << ticks;
  }
}

TEST(EventMeans, TheStampsOfSingleEventsAreNot) {
  EXPECT_GT(std::abs(Simulate(Always(333)).guest.Iqm() / 333 - 1), .01);
  EXPECT_GT(std::abs(Simulate(Always(1193)).guest.Iqm() / 1193 - 1), .003);
}

TEST(EventMeans, NoiseIsNoHarm) {
  std::mt19937 random(1);
  std::normal_distribution<double> noise(0, 30);
  const SimulatedRun control = Simulate(Always(3));
  for (const double ticks : {400., 1193., 5318.}) {
    // Each 2000th event is interrupted, more often than by any timer.
    const SimulatedRun event = Simulate([&](uint32_t i) {
      return std::max(ticks / 2, ticks + noise(random)) +
             (i % 2000 == 77 ? 20000 : 0);
    });
    EXPECT_NEAR(NetOfSpans(event, control) / (event.exact.Iqm() - 3), 1, 1e-3)
        << ticks;
  }
}

TEST(EventMeans, MeansBetweenStampsAreExactWherePhasesDiffer) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> noise(-40, 40);
  const SimulatedRun event =
      Simulate([&](uint32_t) { return 1193 + noise(random); });
  EXPECT_NEAR(kStep * event.means.means.Iqm() / event.exact.Iqm(), 1, 2e-3);
}

TEST(EventMeans, AnEventOfManyStepsIsAGroup) {
  const SimulatedRun event = Simulate(Always(1000 * kStep));
  // The last event of a batch has no next one.
  EXPECT_EQ(event.means.spans.raw.size(), kEvents / kBatch * (kBatch - 1));
  // One of a step needs as many as there are.
  EXPECT_EQ(Simulate(Always(28)).means.spans.raw.size(), kEvents / kBatch);
}

TEST(EventMeans, ABatchOfOneEventHasNoSpan) {
  const SimulatedRun event = Simulate(Always(8000), kLoop, 1);
  EXPECT_TRUE(event.means.spans.raw.empty());
  EXPECT_EQ(event.means.means.raw.size(), kEvents);
  EXPECT_EQ(event.means.means.Iqm(), 200);
}

TEST(EventMeans, SpansTellNothingWhereThePayloadWaitsBetweenEvents) {
  const SimulatedRun event = Simulate(Always(1193)),
                     control = Simulate(Always(3));
  EXPECT_NEAR(event.means.GapTicks(), kLoop / kStep, .05);
  const double most = 500 / kStep;
  EXPECT_TRUE(SpansTellTheEvent(event.means, control.means, most));
  const SimulatedRun paced = Simulate(Always(1193), 4000);
  EXPECT_FALSE(SpansTellTheEvent(paced.means, control.means, most));
  EXPECT_FALSE(SpansTellTheEvent(event.means, paced.means, most));
  const SimulatedRun single = Simulate(Always(1193), kLoop, 1);
  EXPECT_FALSE(SpansTellTheEvent(single.means, control.means, most));
}

TEST(EventMeans, ClearForgetsAll) {
  SimulatedRun event = Simulate(Always(1193));
  event.means.Clear();
  EXPECT_TRUE(event.means.spans.raw.empty());
  EXPECT_TRUE(event.means.means.raw.empty());
  EXPECT_EQ(event.means.GapTicks(), 0);
}

}  // namespace
}  // namespace exitbench
