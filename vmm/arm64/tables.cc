#include "vmm/arm64/tables.h"

#include <cstring>

#include "base/check.h"
#include "guest_blobs/blob.h"
#include "guest_blobs/stubs.h"
#include "vmm/arm64/arm_uapi.h"

namespace exitbench {
namespace {

constexpr uint64_t kBlockBytes = 2u << 20;
constexpr uint64_t kTableEntries = 512;
constexpr uint64_t kMappedGiB = 4;

// One table of level 1, one of level 2 per GiB, and one of level 3 for the
// first 2 MiB come before those of case memory.
constexpr uint64_t kFirstLevel2Gpa = EB_PAGE_TABLES_GPA + kPageBytes;
constexpr uint64_t kLowLevel3Gpa = kFirstLevel2Gpa + kMappedGiB * kPageBytes;
constexpr uint64_t kFirstDataLevel3Gpa = kLowLevel3Gpa + kPageBytes;

// Descriptors (Arm ARM D8.3).
constexpr uint64_t kTable = 0x3;
constexpr uint64_t kBlock = 0x1;
constexpr uint64_t kPage = 0x3;
constexpr uint64_t kNormal = 0 << 2;  // Indexes of kMair.
constexpr uint64_t kDevice = 1 << 2;
constexpr uint64_t kBothModesWrite = 1 << 6;
constexpr uint64_t kBothModesReadOnly = 3 << 6;
constexpr uint64_t kInnerShareable = 3 << 8;
constexpr uint64_t kAccessed = 1 << 10;
constexpr uint64_t kExecuteNever = uint64_t{3} << 53;

constexpr uint64_t kData =
    kNormal | kBothModesWrite | kInnerShareable | kAccessed | kExecuteNever;
// Writable by EL0 would mean that EL1 can't execute it (Arm ARM D8.4.2).
constexpr uint64_t kCode =
    kNormal | kBothModesReadOnly | kInnerShareable | kAccessed;
constexpr uint64_t kMmio =
    kDevice | kBothModesWrite | kAccessed | kExecuteNever;

// MAIR_EL1: write-back memory with allocation, Device-nGnRE.
constexpr uint64_t kMair = 0x04ff;
// TCR_EL1: addresses of 39 bits from TTBR0, of which level 1 is the first;
// tables in write-back, inner shareable memory; granule 4 KiB; physical
// addresses of 32 bits; no TTBR1.
constexpr uint64_t kTcr = 25 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23;
// SCTLR_EL1: M, C, I; UMA, DZE, UCT, nTWI, nTWE, UCI for EL0; and the bits that
// ARMv8.0 has as ones.
constexpr uint64_t kSctlr = 0x30d00800 | 1 | 1 << 2 | 1 << 9 | 1 << 12 |
                            1 << 14 | 1 << 15 | 1 << 16 | 1 << 18 | 1 << 26;
constexpr uint64_t kCpacr = 3 << 20;  // FPEN: in both modes.
// CNTKCTL_EL1: EL0PCTEN, EL0VCTEN, EL0VTEN, EL0PTEN.
constexpr uint64_t kCntkctl = 0x303;

// PSTATE: debug exceptions and FIQs masked, SErrors and IRQs not.
constexpr uint64_t kPstateDF = 0x240;
constexpr uint64_t kPstateEl1h = 5;
constexpr uint64_t kPstateEl0t = 0;

uint64_t RoundUp(uint64_t value, uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

void Put64(const GuestMemory& low, uint64_t gpa, uint64_t value) {
  uint8_t* to = low.At(gpa, sizeof(value));
  EB_CHECK(to != nullptr);
  std::memcpy(to, &value, sizeof(value));
}

bool IsWithin(uint64_t gpa, uint64_t begin, uint64_t bytes) {
  return gpa >= begin && gpa - begin < bytes;
}

bool IsDevice(uint64_t gpa) {
  return (gpa >= EB_DEVICES_GPA && gpa < EB_DATA_GPA) || gpa >= EB_MMIO_GPA;
}

uint64_t AttributesOf(uint64_t gpa) {
  if (IsWithin(gpa, EB_STUBS_GPA, EB_STUBS_BYTES) ||
      IsWithin(gpa, EB_CODE_GPA, EB_CODE_BYTES)) {
    return kCode;
  }
  return IsDevice(gpa) ? kMmio : kData;
}

// Writes the table of level 3 at `at`, which maps the 2 MiB from `gpa` on.
void WriteLevel3(const GuestMemory& low, uint64_t at, uint64_t gpa) {
  for (uint64_t i = 0; i < kTableEntries; ++i, gpa += kPageBytes) {
    Put64(low, at + i * 8, gpa | AttributesOf(gpa) | kPage);
  }
}

}  // namespace

size_t PageTableBytes(uint64_t data_bytes, GuestPage data_page) {
  uint64_t bytes = kFirstDataLevel3Gpa - EB_PAGE_TABLES_GPA;
  if (data_page == GuestPage::k4K) {
    bytes += RoundUp(data_bytes, kBlockBytes) / kBlockBytes * kPageBytes;
  }
  EB_CHECK(EB_PAGE_TABLES_GPA + bytes <= EB_DEVICES_GPA);
  return bytes;
}

uint64_t WritePageTables(const GuestMemory& low, uint64_t data_bytes,
                         GuestPage data_page) {
  EB_CHECK(data_bytes <= EB_MMIO_GPA - EB_DATA_GPA);
  uint64_t next_data = kFirstDataLevel3Gpa;
  WriteLevel3(low, kLowLevel3Gpa, 0);
  for (uint64_t gib = 0; gib < kMappedGiB; ++gib) {
    const uint64_t level2 = kFirstLevel2Gpa + gib * kPageBytes;
    Put64(low, EB_PAGE_TABLES_GPA + gib * 8, level2 | kTable);
    for (uint64_t i = 0; i < kTableEntries; ++i) {
      const uint64_t gpa = (gib << 30) + i * kBlockBytes;
      uint64_t descriptor = gpa | AttributesOf(gpa) | kBlock;
      if (gpa == 0) {
        descriptor = kLowLevel3Gpa | kTable;
      } else if (data_page == GuestPage::k4K &&
                 IsWithin(gpa, EB_DATA_GPA, data_bytes)) {
        WriteLevel3(low, next_data, gpa);
        descriptor = next_data | kTable;
        next_data += kPageBytes;
      }
      Put64(low, level2 + i * 8, descriptor);
    }
  }
  return EB_PAGE_TABLES_GPA;
}

uint64_t DataPteGpa(uint64_t data_gpa) {
  return kFirstDataLevel3Gpa + (data_gpa - EB_DATA_GPA) / kPageBytes * 8;
}

uint32_t BranchInstruction(uint64_t from, uint64_t to) {
  constexpr uint32_t kB = 0x14000000;
  constexpr uint32_t kOffsetMask = 0x03ffffff;
  return kB | (static_cast<uint32_t>((to - from) / 4) & kOffsetMask);
}

void WriteVectors(const GuestMemory& low,
                  absl::Span<const PayloadHandler> handlers) {
  const BlobImage& stubs = blobs::stubs.event[0];
  uint8_t* to = low.At(EB_STUBS_GPA, stubs.bytes());
  EB_CHECK(to != nullptr);
  std::memcpy(to, stubs.begin, stubs.bytes());
  for (const PayloadHandler& own : handlers) {
    EB_CHECK(own.vector < EB_VECTORS);
    const uint64_t entry = own.vector * EB_VECTOR_BYTES;
    const uint32_t branch =
        BranchInstruction(EB_STUBS_GPA + entry, own.handler_gpa);
    std::memcpy(to + entry, &branch, sizeof(branch));
  }
}

std::vector<RegisterValue> EntryRegisters(GuestMode mode, int index,
                                          uint64_t tables, uint64_t entry_gpa) {
  const uint64_t i = static_cast<uint64_t>(index);
  const uint64_t block = EB_PARAMS_GPA + i * EB_PARAMS_STRIDE;
  const uint64_t stacks = EB_STACKS_GPA + i * EB_STACKS_STRIDE;
  return {
      {kMairEl1, kMair},
      {kTcrEl1, kTcr},
      {kTtbr0El1, tables},
      {kVbarEl1, EB_STUBS_GPA},
      {kCpacrEl1, kCpacr},
      {kCntkctlEl1, kCntkctl},
      {kTpidrEl1, block},
      {kTpidrroEl0, block},
      {kSctlrEl1, kSctlr},
      {EB_CORE_REG(sp_el1), stacks + EB_STACK_BYTES},
      {EB_CORE_REG(regs.sp), stacks + 2 * EB_STACK_BYTES},
      {EB_CORE_REG(regs.regs[0]), block},
      {EB_CORE_REG(regs.pc), entry_gpa},
      {EB_CORE_REG(regs.pstate),
       kPstateDF | (mode == kKernelMode ? kPstateEl1h : kPstateEl0t)},
  };
}

}  // namespace exitbench
