#include "cases/support/writer_share.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

WriterShare Share(uint64_t written, uint64_t harvested, double elapsed_ms,
                  double ran_ms) {
  return {.written = written,
          .harvested = harvested,
          .elapsed_ms = elapsed_ms,
          .ran_ms = ran_ms,
          .ms_per_page = 0.1};
}

TEST(WriterShareTest, AFairPartIsRight) {
  EXPECT_TRUE(CheckWriterShare(Share(2000, 1990, 200, 200)).ok());
  EXPECT_TRUE(CheckWriterShare(Share(500, 500, 200, 200)).ok());
  // Faster than by its pause and its stores: some of them take less.
  EXPECT_TRUE(CheckWriterShare(Share(2900, 2900, 200, 200)).ok());
}

TEST(WriterShareTest, AClockThatIsOffFails) {
  const absl::Status slow = CheckWriterShare(Share(499, 499, 200, 210));
  EXPECT_TRUE(absl::IsInternal(slow));
  EXPECT_EQ(slow.message(),
            "499 pages written and 499 found dirty in 200.0 ms, of which the "
            "writer ran 210.0 ms: at its rate it would have written 2000");
  EXPECT_TRUE(absl::IsInternal(CheckWriterShare(Share(0, 0, 4, 4))));
}

TEST(WriterShareTest, WrittenButHardlyFoundFails) {
  EXPECT_TRUE(absl::IsInternal(CheckWriterShare(Share(2000, 400, 200, 200))));
}

// One CPU for both, or a busy one: half, a quarter of the time is enough.
TEST(WriterShareTest, ASharedCpuIsEnough) {
  EXPECT_TRUE(CheckWriterShare(Share(900, 890, 200, 100)).ok());
  EXPECT_TRUE(CheckWriterShare(Share(480, 470, 200, 50)).ok());
}

TEST(WriterShareTest, NoCpuIsNotTheGuestsFault) {
  const absl::Status starved = CheckWriterShare(Share(190, 190, 200, 20));
  EXPECT_TRUE(absl::IsUnavailable(starved));
  EXPECT_EQ(starved.message(),
            "190 pages written and 190 found dirty in 200.0 ms, of which the "
            "writer ran 20.0 ms: it got too little of a CPU, at its rate it "
            "would have written 2000");
  EXPECT_TRUE(absl::IsUnavailable(CheckWriterShare(Share(0, 0, 4, 0))));
  // Nor is it where the clock hardly moved and nothing came of it.
  EXPECT_TRUE(absl::IsUnavailable(CheckWriterShare(Share(0, 0, 0, 0))));
}

}  // namespace
}  // namespace exitbench
