// Walks the page tables as the processor would.
#include "vmm/arm64/tables.h"

#include <cstring>

#include "gtest/gtest.h"
#include "vmm/arm64/arm_uapi.h"

namespace exitbench {
namespace {

constexpr uint64_t kAddressMask = 0x0000fffffffff000;
constexpr uint64_t kDataBytes = 3u << 20;

GuestMemory Low(GuestPage page) {
  return *GuestMemory::Create(
      0, EB_PAGE_TABLES_GPA + PageTableBytes(kDataBytes, page), Backing::k4K);
}

uint64_t Read64(const GuestMemory& low, uint64_t gpa) {
  uint64_t value;
  std::memcpy(&value, low.At(gpa, sizeof(value)), sizeof(value));
  return value;
}

struct Leaf {
  uint64_t descriptor = 0;
  uint64_t gpa = 0;
  int level = 0;
};

Leaf Walk(const GuestMemory& low, uint64_t table, uint64_t va) {
  for (int level = 1;; ++level) {
    const int shift = 39 - 9 * level;
    const uint64_t d = Read64(low, table + (va >> shift & 0x1ff) * 8);
    EXPECT_TRUE(d & 1) << std::hex << va;
    if (level == 3 || !(d & 2)) {
      const uint64_t offset = va & ((uint64_t{1} << shift) - 1);
      return {d, (d & kAddressMask) + offset, level};
    }
    table = d & kAddressMask;
  }
}

bool IsWritable(const Leaf& leaf) { return (leaf.descriptor >> 6 & 3) == 1; }
bool IsDevice(const Leaf& leaf) { return (leaf.descriptor >> 2 & 7) == 1; }
bool IsExecutable(const Leaf& leaf) { return (leaf.descriptor >> 53 & 3) == 0; }

TEST(ArmTables, AllIsMappedOneToOneAndAccessed) {
  for (GuestPage page : {GuestPage::k4K, GuestPage::k2M}) {
    const GuestMemory low = Low(page);
    const uint64_t root = WritePageTables(low, kDataBytes, page);
    for (uint64_t va :
         {uint64_t{EB_STUBS_GPA}, uint64_t{EB_PARAMS_GPA},
          uint64_t{EB_CODE_GPA} + 4, uint64_t{EB_STAMPS_GPA} + 8,
          uint64_t{EB_PAGE_TABLES_GPA}, uint64_t{EB_GICD_GPA},
          uint64_t{EB_DOORBELL_GPA}, uint64_t{EB_DATA_GPA} + 0x201008,
          uint64_t{EB_DATA_GPA} + 0x400000, uint64_t{EB_MMIO_GPA} + 0x10000,
          uint64_t{0xffffffff}}) {
      const Leaf leaf = Walk(low, root, va);
      EXPECT_EQ(leaf.gpa, va);
      EXPECT_TRUE(leaf.descriptor >> 10 & 1) << std::hex << va;
      EXPECT_TRUE(leaf.descriptor >> 6 & 1) << "not for EL0: " << va;
    }
  }
}

TEST(ArmTables, OnlyCodeIsExecutableAndNotWritable) {
  const GuestMemory low = Low(GuestPage::k4K);
  const uint64_t root = WritePageTables(low, kDataBytes, GuestPage::k4K);
  for (uint64_t va :
       {EB_STUBS_GPA, EB_CODE_GPA, EB_CODE_GPA + EB_CODE_BYTES - 4}) {
    EXPECT_TRUE(IsExecutable(Walk(low, root, va))) << std::hex << va;
    EXPECT_FALSE(IsWritable(Walk(low, root, va))) << std::hex << va;
  }
  for (uint64_t va : {uint64_t{EB_PARAMS_GPA}, uint64_t{EB_STACKS_GPA},
                      uint64_t{EB_CODE_GPA + EB_CODE_BYTES},
                      uint64_t{EB_DATA_GPA}, uint64_t{EB_MMIO_GPA}}) {
    EXPECT_FALSE(IsExecutable(Walk(low, root, va))) << std::hex << va;
    EXPECT_TRUE(IsWritable(Walk(low, root, va))) << std::hex << va;
  }
}

TEST(ArmTables, DevicesAreDeviceMemory) {
  const GuestMemory low = Low(GuestPage::k4K);
  const uint64_t root = WritePageTables(low, kDataBytes, GuestPage::k4K);
  for (uint64_t va : {uint64_t{EB_GICD_GPA}, uint64_t{EB_GICR_GPA},
                      uint64_t{EB_DOORBELL_GPA}, uint64_t{EB_MMIO_GPA}}) {
    EXPECT_TRUE(IsDevice(Walk(low, root, va))) << std::hex << va;
  }
  for (uint64_t va : {uint64_t{EB_PARAMS_GPA}, uint64_t{EB_PAGE_TABLES_GPA},
                      uint64_t{EB_DATA_GPA}}) {
    EXPECT_FALSE(IsDevice(Walk(low, root, va))) << std::hex << va;
  }
}

TEST(ArmTables, CaseMemoryHasThePagesThatTheShapeAsksFor) {
  const uint64_t last = EB_DATA_GPA + kDataBytes - kPageBytes;
  const GuestMemory small = Low(GuestPage::k4K);
  uint64_t root = WritePageTables(small, kDataBytes, GuestPage::k4K);
  const Leaf page = Walk(small, root, last);
  EXPECT_EQ(page.level, 3);
  EXPECT_EQ(Read64(small, DataPteGpa(last)), page.descriptor);
  const GuestMemory large = Low(GuestPage::k2M);
  root = WritePageTables(large, kDataBytes, GuestPage::k2M);
  EXPECT_EQ(Walk(large, root, last).level, 2);
}

TEST(ArmTables, BranchesGoBothWays) {
  EXPECT_EQ(BranchInstruction(0x4000, 0x4008), 0x14000002u);
  EXPECT_EQ(BranchInstruction(0x4008, 0x4000), 0x17fffffeu);
  EXPECT_EQ(BranchInstruction(0x4280, 0x40100), 0x1400efa0u);
}

TEST(ArmTables, AHandlerReplacesItsStubAlone) {
  const GuestMemory low = Low(GuestPage::k4K);
  WriteVectors(low, {});
  const uint64_t irq =
      EB_STUBS_GPA + EB_VECTOR_IRQ_EL1 * uint64_t{EB_VECTOR_BYTES};
  const uint64_t stub = Read64(low, irq);
  const uint64_t other = Read64(low, irq - EB_VECTOR_BYTES);
  const PayloadHandler handler = {EB_VECTOR_IRQ_EL1, EB_CODE_GPA + 0x100};
  WriteVectors(low, {&handler, 1});
  EXPECT_EQ(Read64(low, irq), (stub & 0xffffffff00000000) |
                                  BranchInstruction(irq, EB_CODE_GPA + 0x100));
  EXPECT_EQ(Read64(low, irq - EB_VECTOR_BYTES), other);
}

uint64_t ValueOf(uint64_t id, GuestMode mode, int index) {
  for (const RegisterValue& r :
       EntryRegisters(mode, index, 0x200000, 0x40020)) {
    if (r.id == id) return r.value;
  }
  return ~uint64_t{0};
}

TEST(ArmTables, EachModeIsEnteredWithInterruptsOn) {
  EXPECT_EQ(ValueOf(EB_CORE_REG(regs.pstate), kKernelMode, 0), 0x245u);
  EXPECT_EQ(ValueOf(EB_CORE_REG(regs.pstate), kUserMode, 0), 0x240u);
  EXPECT_EQ(ValueOf(EB_CORE_REG(regs.pc), kUserMode, 0), 0x40020u);
  EXPECT_EQ(ValueOf(kTtbr0El1, kKernelMode, 0), 0x200000u);
}

TEST(ArmTables, EachVcpuHasItsOwnStacksAndParameters) {
  EXPECT_EQ(ValueOf(EB_CORE_REG(regs.regs[0]), kKernelMode, 1),
            uint64_t{EB_PARAMS_GPA + EB_PARAMS_STRIDE});
  EXPECT_EQ(ValueOf(kTpidrEl1, kKernelMode, 1),
            uint64_t{EB_PARAMS_GPA + EB_PARAMS_STRIDE});
  EXPECT_EQ(ValueOf(EB_CORE_REG(sp_el1), kKernelMode, 1),
            uint64_t{EB_STACKS_GPA + EB_STACKS_STRIDE + EB_STACK_BYTES});
  EXPECT_EQ(ValueOf(EB_CORE_REG(regs.sp), kUserMode, 0),
            uint64_t{EB_STACKS_GPA + 2 * EB_STACK_BYTES});
}

}  // namespace
}  // namespace exitbench
