#include "harness/settings/host_pages.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

constexpr char kSmaps[] =
    "7f0000000000-7f0000800000 rw-p 00000000 00:00 0 \n"
    "Size:               8192 kB\n"
    "Rss:                   8 kB\n"
    "AnonHugePages:      2048 kB\n"
    "VmFlags: rd wr mr mw me ac hg \n"
    "7f0000800000-7f0000c00000 rw-p 00000000 00:00 0 \n"
    "Size:               4096 kB\n"
    "AnonHugePages:      4096 kB\n";

TEST(HugeBytes, AreThoseOfTheMappingThatHoldsTheRange) {
  EXPECT_EQ(ParseHugeBytes(kSmaps, 0x7f0000200000, 2u << 20), 2u << 20);
  EXPECT_EQ(ParseHugeBytes(kSmaps, 0x7f0000800000, 4u << 20), 4u << 20);
}

// Of shared mappings, which neighbours would not be merged with.
TEST(HugeBytes, AreThoseOfSharedMemoryAndFilesToo) {
  constexpr char kShared[] =
      "7f0000000000-7f0000800000 rw-s 00000000 00:01 9 /memfd:x (deleted)\n"
      "AnonHugePages:         0 kB\n"
      "ShmemPmdMapped:     4096 kB\n"
      "FilePmdMapped:      2048 kB\n"
      "7f0000800000-7f0000c00000 rw-s 00000000 00:01 9 /memfd:y (deleted)\n"
      "ShmemPmdMapped:     8192 kB\n";
  EXPECT_EQ(ParseHugeBytes(kShared, 0x7f0000000000, 8u << 20), 6u << 20);
}

TEST(HugeBytes, ARangeThatNoMappingHoldsHasNone) {
  EXPECT_EQ(ParseHugeBytes(kSmaps, 0x7f0000600000, 4u << 20), 0u);
  EXPECT_EQ(ParseHugeBytes(kSmaps, 0x7e0000000000, 4096), 0u);
  EXPECT_EQ(ParseHugeBytes("", 0, 4096), 0u);
}

TEST(HugeBacking, WantsPagesOf2MiB) {
  constexpr uint64_t kMiB = 1u << 20;
  EXPECT_TRUE(
      JudgeHugeBacking(8 * kMiB, 8 * kMiB, 2 * kMiB, MemorySource::kAnon).ok());
  EXPECT_TRUE(
      JudgeHugeBacking(8 * kMiB, 8 * kMiB, 0, MemorySource::kAnon).ok());
  EXPECT_EQ(JudgeHugeBacking(6 * kMiB, 8 * kMiB, 2 * kMiB, MemorySource::kAnon)
                .message()
                .substr(0, 53),
            "the host backs 6 of 8 MiB by transparent huge pages: ");
  const absl::Status large =
      JudgeHugeBacking(96 * kMiB, 128 * kMiB, 32 * kMiB, MemorySource::kAnon);
  EXPECT_TRUE(absl::IsUnavailable(large));
  EXPECT_EQ(
      large.message(),
      "wants transparent huge pages of 2 MiB, and this host's have 32 MiB");
  EXPECT_FALSE(
      JudgeHugeBacking(128 * kMiB, 128 * kMiB, 32 * kMiB, MemorySource::kAnon)
          .ok());
}

}  // namespace
}  // namespace exitbench
