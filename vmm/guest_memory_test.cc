#include "vmm/guest_memory.h"

#include <cstdlib>
#include <string>

#include "gtest/gtest.h"
#include "vmm/backing_file.h"

namespace exitbench {
namespace {

TEST(GuestMemory, AtChecksBounds) {
  constexpr uint64_t kGpa = 0x40000000;
  absl::StatusOr<GuestMemory> memory =
      GuestMemory::Create(kGpa, 0x4000, Backing::k4K);
  ASSERT_TRUE(memory.ok()) << memory.status();
  EXPECT_EQ(memory->At(kGpa, 0x4000), memory->host());
  EXPECT_EQ(memory->At(kGpa + 0x3fff, 1), memory->host() + 0x3fff);
  EXPECT_EQ(memory->At(kGpa, 0x4001), nullptr);
  EXPECT_EQ(memory->At(kGpa + 0x3fff, 2), nullptr);
  EXPECT_EQ(memory->At(kGpa - 1, 1), nullptr);
  EXPECT_EQ(memory->At(kGpa + 1, ~size_t{0}), nullptr);
  EXPECT_EQ(memory->At(~uint64_t{0}, 1), nullptr);
}

TEST(GuestMemory, HugePagesAreReservedBySize) {
  EXPECT_EQ(ReservesHugePages("MemTotal: 9 kB\nHugepagesize:       2048 kB\n"),
            "sysctl vm.nr_hugepages");
  EXPECT_EQ(ReservesHugePages(
                "MemTotal: 9 kB\nHugepagesize:     524288 kB\nHugetlb: 0 kB\n"),
            "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");
  EXPECT_EQ(ReservesHugePages("MemTotal: 9 kB\n"), "sysctl vm.nr_hugepages");
}

// As by vm.overcommit_memory=2; no process has so much address space.
TEST(GuestMemory, WhatCantBeReservedIsUnavailableAndSaysHowMuch) {
  for (Backing backing : {Backing::k4K, Backing::kThp}) {
    const auto memory = GuestMemory::Create(0, size_t{1} << 47, backing);
    EXPECT_TRUE(absl::IsUnavailable(memory.status())) << memory.status();
    EXPECT_NE(memory.status().message().find(
                  "mmap(guest memory, 140737490452480 bytes, "),
              std::string::npos)
        << memory.status();
    EXPECT_NE(memory.status().message().find("Cannot allocate memory"),
              std::string::npos)
        << memory.status();
  }
}

TEST(GuestMemory, IsAlignedForHugePages) {
  absl::StatusOr<GuestMemory> memory =
      GuestMemory::Create(0, 4 << 20, Backing::kThp);
  ASSERT_TRUE(memory.ok());
  EXPECT_EQ(reinterpret_cast<uintptr_t>(memory->host()) % (2 << 20), 0u);
}

TEST(GuestMemory, PopulateKeepsWhatIsThere) {
  auto memory = GuestMemory::Create(0x1000, 4 * 4096, Backing::k4K);
  ASSERT_TRUE(memory.ok()) << memory.status();
  *memory->At(0x2000, 1) = 7;
  memory->Populate();
  EXPECT_EQ(*memory->At(0x2000, 1), 7);
}

TEST(GuestMemory, DiscardedAndRenewedPagesAreEmptyAndWritable) {
  auto memory = GuestMemory::Create(0x1000, 4 * 4096, Backing::k4K);
  ASSERT_TRUE(memory.ok()) << memory.status();
  for (bool renew : {false, true}) {
    *memory->At(0x2000, 1) = 7;
    EXPECT_TRUE((renew ? memory->Renew() : memory->Discard()).ok());
    EXPECT_EQ(*memory->At(0x2000, 1), 0);
  }
}

class SharedMemory : public testing::TestWithParam<MemorySource> {
 protected:
  static void SetUpTestSuite() {
    ASSERT_TRUE(OpenBackingFile(testing::TempDir()).ok());
  }
  // A file system may bring in more than the page that is touched.
  static bool HasSomePages(const GuestMemory& memory) {
    const auto pages = memory.ResidentPages(4096);
    return GetParam() == MemorySource::kFile ? *pages >= 1 : *pages == 1;
  }
  absl::StatusOr<GuestMemory> Make() {
    return GuestMemory::Create(0x200000, 16 * 4096, Backing::k4K, GetParam());
  }
};

TEST_P(SharedMemory, DiscardedAndRenewedPagesAreGone) {
  if (getenv("UNDER_QEMU_USER") && GetParam() == MemorySource::kShmem) {
    GTEST_SKIP() << "SKIPPED, needs a kernel: QEMU ignores MADV_REMOVE";
  }
  auto memory = Make();
  ASSERT_TRUE(memory.ok()) << memory.status();
  EXPECT_EQ(memory->source(), GetParam());
  for (bool renew : {false, true}) {
    EXPECT_EQ(*memory->ResidentPages(4096), 0u);
    *memory->At(0x201000, 1) = 7;
    EXPECT_TRUE(HasSomePages(*memory));
    const absl::Status gone = renew ? memory->Renew() : memory->Discard();
    EXPECT_TRUE(gone.ok()) << gone;
  }
  EXPECT_EQ(*memory->ResidentPages(4096), 0u);
  EXPECT_EQ(*memory->At(0x201000, 1), 0);
}

TEST_P(SharedMemory, WhatIsUnmappedIsStillThere) {
  auto memory = Make();
  ASSERT_TRUE(memory.ok()) << memory.status();
  *memory->At(0x201000, 1) = 7;
  EXPECT_TRUE(memory->Unmap().ok());
  EXPECT_TRUE(HasSomePages(*memory));
  EXPECT_EQ(*memory->At(0x201000, 1), 7);
}

TEST_P(SharedMemory, TwoAreApart) {
  auto first = Make();
  auto second = Make();
  ASSERT_TRUE(first.ok() && second.ok());
  *first->At(0x201000, 1) = 7;
  EXPECT_EQ(*second->At(0x201000, 1), 0);
  EXPECT_TRUE(second->Discard().ok());
  EXPECT_EQ(*first->At(0x201000, 1), 7);
}

INSTANTIATE_TEST_SUITE_P(Sources, SharedMemory,
                         testing::Values(MemorySource::kMemfd,
                                         MemorySource::kShmem,
                                         MemorySource::kFile),
                         [](const auto& info) {
                           return std::string(Name(info.param));
                         });

TEST(GuestMemory, CountsThePagesThatTheHostHas) {
  if (getenv("UNDER_QEMU_USER")) {
    GTEST_SKIP() << "SKIPPED, needs a kernel: QEMU ignores MADV_POPULATE_WRITE";
  }
  auto memory = GuestMemory::Create(0x1000, 16 * 4096, Backing::k4K);
  ASSERT_TRUE(memory.ok()) << memory.status();
  EXPECT_EQ(*memory->ResidentPages(4096), 0u);
  memory->PopulateStride(2 * 4096);
  EXPECT_EQ(*memory->ResidentPages(4096), 8u);
  EXPECT_EQ(*memory->ResidentPages(2 * 4096), 8u);
  EXPECT_TRUE(memory->Renew().ok());
  EXPECT_EQ(*memory->ResidentPages(4096), 0u);
}

TEST(GuestMemory, WhatIsNotWritableIsNot) {
  auto memory = GuestMemory::Create(0x1000, 4 * 4096, Backing::k4K);
  ASSERT_TRUE(memory.ok()) << memory.status();
  EXPECT_TRUE(memory->SetWritable(false).ok());
  EXPECT_TRUE(memory->SetWritable(0x2000, 4096, true).ok());
  *memory->At(0x2000, 1) = 7;
  EXPECT_EQ(*memory->At(0x1000, 1), 0);
  EXPECT_DEATH(*memory->At(0x1000, 1) = 7, "");
}

}  // namespace
}  // namespace exitbench
