#include "vmm/x86_64/guest_cpuid.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

using Entries = std::vector<kvm_cpuid_entry2>;

kvm_cpuid_entry2 Leaf(uint32_t function, uint32_t value) {
  kvm_cpuid_entry2 entry = {};
  entry.function = function;
  entry.eax = entry.ebx = entry.ecx = entry.edx = value;
  return entry;
}

Entries Some() {
  return {Leaf(0, 0xd),
          Leaf(1, ~0u),
          Leaf(7, ~0u),
          Leaf(0xa, ~0u),
          Leaf(0xd, ~0u),
          Leaf(0x40000000, 1),
          Leaf(0x80000000, 0x80000022),
          Leaf(0x80000001, ~0u),
          Leaf(0x80000008, ~0u),
          Leaf(0x80000022, ~0u)};
}

std::vector<uint32_t> Functions(const Entries& entries) {
  std::vector<uint32_t> functions;
  for (const kvm_cpuid_entry2& e : entries) functions.push_back(e.function);
  return functions;
}

TEST(GuestCpuid, MinimalSaysThatThereIsNoMore) {
  const Entries entries = MinimalCpuid(Some(), false);
  EXPECT_EQ(Functions(entries),
            (std::vector<uint32_t>{0, 1, 0x80000000, 0x80000001, 0x80000008}));
  EXPECT_EQ(entries[0].eax, 1u);
  EXPECT_EQ(entries[2].eax, 0x80000008u);
  constexpr uint32_t kXsave = 1u << 26, kAvx = 1u << 28;
  EXPECT_EQ(entries[1].ecx & (kXsave | kAvx), 0u);
  EXPECT_EQ(entries[1].edx, ~0u);
}

TEST(GuestCpuid, MinimalKeepsThePmuThatIsAskedFor) {
  const Entries entries = MinimalCpuid(Some(), true);
  EXPECT_EQ(Functions(entries)[2], 0xau);
  EXPECT_EQ(entries[0].eax, 0xau);
}

TEST(GuestCpuid, WithoutAPmuNothingNamesOne) {
  Entries entries = Some();
  RemovePmu(entries);
  EXPECT_EQ(entries[3].eax, 0u);
  EXPECT_EQ(entries[9].eax, 0u);
  EXPECT_EQ(entries[7].ecx & (1u << 23), 0u);
  EXPECT_EQ(entries[7].edx, ~0u);
  EXPECT_EQ(entries[2].ebx, ~0u);
}

TEST(GuestCpuid, HypervisorLeavesAreThoseOfTheirRange) {
  EXPECT_TRUE(IsHypervisorLeaf(0x40000000));
  EXPECT_TRUE(IsHypervisorLeaf(0x400000ff));
  EXPECT_FALSE(IsHypervisorLeaf(0x40000100));
  EXPECT_FALSE(IsHypervisorLeaf(0));
}

}  // namespace
}  // namespace exitbench
