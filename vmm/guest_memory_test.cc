#include "vmm/guest_memory.h"

#include "gtest/gtest.h"

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

TEST(GuestMemory, IsAlignedForHugePages) {
  absl::StatusOr<GuestMemory> memory =
      GuestMemory::Create(0, 4 << 20, Backing::kThp);
  ASSERT_TRUE(memory.ok());
  EXPECT_EQ(reinterpret_cast<uintptr_t>(memory->host()) % (2 << 20), 0u);
}

}  // namespace
}  // namespace exitbench
