#include "harness/memory_need.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

constexpr uint64_t kMiB = 1u << 20;

TEST(MemoryNeed, ReadsTheKernelsFigure) {
  EXPECT_EQ(ParseMemAvailable("MemTotal: 16 kB\nMemFree: 5 kB\n"
                              "MemAvailable:       2048 kB\nBuffers: 1 kB\n"),
            2 * kMiB);
}

TEST(MemoryNeed, WithoutTheFigureNothingIsRuledOut) {
  EXPECT_TRUE(
      EnoughMemory(64 * kMiB, ParseMemAvailable("MemFree: 1 kB\n")).ok());
}

TEST(MemoryNeed, TooLittleIsUnavailableWithBothFigures) {
  EXPECT_TRUE(EnoughMemory(100 * kMiB, 132 * kMiB).ok());
  const absl::Status status = EnoughMemory(100 * kMiB, 132 * kMiB - 1);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status.message(),
            "needs 100 MiB of memory and 32 MiB left over; this host has 131 "
            "MiB available");
}

TEST(MemoryNeed, ThisHostHasSome) { EXPECT_GT(MemAvailableBytes(), kMiB); }

}  // namespace
}  // namespace exitbench
