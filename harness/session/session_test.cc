#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "harness/clock/arch/timer.h"
#include "harness/run/clock_calibration.h"
#include "harness/session/frames.h"

namespace exitbench {
namespace {

TEST(ClockQuantum, IsTheStepBetweenFrequentDifferences) {
  std::vector<uint64_t> differences;
  for (int i = 0; i < 10000; ++i) differences.push_back(52 + 26 * (i % 7));
  differences.push_back(53);  // One odd reading spoils nothing.
  EXPECT_EQ(ClockQuantum(differences), 26);
  std::vector<uint64_t> fine;
  for (int i = 0; i < 10000; ++i) fine.push_back(20 + i % 50);
  EXPECT_EQ(ClockQuantum(fine), 1);
  EXPECT_EQ(ClockQuantum({}), 1);
}

TEST(CoarseStep, IsThatOfAClockWithLongTicks) {
  // 24 and 25 MHz are coarse where any clock is.
  const bool any = kCoarseStepNs < 40;
  EXPECT_EQ(CoarseStep(1, 25000, Tick::kTsc), any ? 1 : 0);
  EXPECT_EQ(CoarseStep(1, 24000, Tick::kTsc), any ? 1 : 0);
  EXPECT_EQ(CoarseStep(25, 1e6, Tick::kTsc), any ? 25 : 0);
  EXPECT_EQ(CoarseStep(1, 1e6, Tick::kTsc), 0);
  EXPECT_EQ(CoarseStep(1, 25000, Tick::kInstruction), 0);
  EXPECT_EQ(CoarseStep(1, 0, Tick::kTsc), 0);
}

TEST(FrameReader, PutsFramesTogetherFromPieces) {
  const std::string whole = std::string("\x02\0\0\0\x03\0\0\0pio", 11) +
                            std::string("\x05\0\0\0\0\0\0\0", 8);
  FrameReader reader;
  std::vector<Frame> frames;
  for (char c : whole) {
    reader.Add(absl::string_view(&c, 1));
    auto frame = reader.Next();
    ASSERT_TRUE(frame.ok());
    if (frame->has_value()) frames.push_back(**frame);
  }
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].type, FrameType::kBegin);
  EXPECT_EQ(frames[0].body, "pio");
  EXPECT_EQ(frames[1].type, FrameType::kDone);
}

TEST(FrameReader, RefusesNonsense) {
  FrameReader unknown, huge;
  unknown.Add(std::string("\x63\0\0\0\0\0\0\0", 8));
  EXPECT_FALSE(unknown.Next().ok());
  huge.Add(std::string("\x02\0\0\0\xff\xff\xff\xff", 8));
  EXPECT_FALSE(huge.Next().ok());
}

}  // namespace
}  // namespace exitbench
