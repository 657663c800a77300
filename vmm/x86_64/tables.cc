#include "vmm/x86_64/tables.h"

#include <cstring>

#include "base/check.h"
#include "guest_blobs/stubs.h"
#include "guest_blobs/x86_64/abi.h"

namespace exitbench {
namespace {

constexpr uint64_t kLargePageBytes = 2u << 20;
constexpr uint64_t kTableEntries = 512;
constexpr uint64_t kMappedGiB = 4;

// The PML4, the PDPT and the PDs come before the page tables of case memory.
constexpr uint64_t kFirstDataPtGpa =
    EB_PAGE_TABLES_GPA + (2 + kMappedGiB) * kPageBytes;

constexpr uint64_t kPresentWriteUser = 0x7;
constexpr uint64_t kAccessedDirty = 0x60;
constexpr uint64_t kLargePage = 0x80;

constexpr uint64_t kCr0 = 0x80050033;  // PE MP ET NE WP AM PG
constexpr uint64_t kCr4 = 0x620;       // PAE OSFXSR OSXMMEXCPT
constexpr uint64_t kEfer = 0xd01;      // SCE LME LMA NXE

constexpr size_t kTssBytes = 0x68;
constexpr size_t kIoBitmapBytes = 65536 / 8;
// The processor reads one byte past the bitmap, which must be all ones.
constexpr size_t kTssLimit = kTssBytes + kIoBitmapBytes;
static_assert(kTssLimit < EB_TSS_STRIDE);

uint64_t RoundUp(uint64_t value, uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

void Put(const GuestMemory& low, uint64_t gpa, const void* from, size_t bytes) {
  uint8_t* to = low.At(gpa, bytes);
  EB_CHECK(to != nullptr);
  std::memcpy(to, from, bytes);
}

void Put64(const GuestMemory& low, uint64_t gpa, uint64_t value) {
  Put(low, gpa, &value, sizeof(value));
}

kvm_segment Segment(uint16_t selector, uint8_t type, GuestMode mode,
                    bool code) {
  kvm_segment s = {};
  s.limit = 0xffffffff;
  s.selector = selector;
  s.type = type;
  s.present = 1;
  s.dpl = static_cast<uint8_t>(ModeNumber(mode));
  s.s = 1;
  s.g = 1;
  s.l = code ? 1 : 0;
  s.db = code ? 0 : 1;
  return s;
}

}  // namespace

size_t PageTableBytes(uint64_t data_bytes, GuestPage data_page) {
  // One PML4, one PDPT, a PD per GiB, and a PT per 2 MiB of 4 KiB pages.
  uint64_t tables = 2 + kMappedGiB;
  if (data_page == GuestPage::k4K) {
    tables += RoundUp(data_bytes, kLargePageBytes) / kLargePageBytes;
  }
  return tables * kPageBytes;
}

uint64_t WritePageTables(const GuestMemory& low, uint64_t data_bytes,
                         GuestPage data_page) {
  const uint64_t pml4 = EB_PAGE_TABLES_GPA;
  const uint64_t pdpt = pml4 + kPageBytes;
  const uint64_t first_pd = pdpt + kPageBytes;
  uint64_t next_pt = kFirstDataPtGpa;
  Put64(low, pml4, pdpt | kPresentWriteUser);
  for (uint64_t gib = 0; gib < kMappedGiB; ++gib) {
    const uint64_t pd = first_pd + gib * kPageBytes;
    Put64(low, pdpt + gib * 8, pd | kPresentWriteUser);
    for (uint64_t i = 0; i < kTableEntries; ++i) {
      const uint64_t gpa = (gib << 30) + i * kLargePageBytes;
      const bool small = data_page == GuestPage::k4K && gpa >= EB_DATA_GPA &&
                         gpa < EB_DATA_GPA + data_bytes;
      if (!small) {
        Put64(low, pd + i * 8,
              gpa | kPresentWriteUser | kAccessedDirty | kLargePage);
        continue;
      }
      Put64(low, pd + i * 8, next_pt | kPresentWriteUser);
      for (uint64_t j = 0; j < kTableEntries; ++j) {
        Put64(low, next_pt + j * 8,
              (gpa + j * kPageBytes) | kPresentWriteUser | kAccessedDirty);
      }
      next_pt += kPageBytes;
    }
  }
  return pml4;
}

uint64_t DataPteGpa(uint64_t data_gpa) {
  return kFirstDataPtGpa + (data_gpa - EB_DATA_GPA) / kPageBytes * 8;
}

void WriteDescriptorTables(const GuestMemory& low, int vcpus,
                           absl::Span<const PayloadHandler> handlers) {
  const BlobImage& stubs = blobs::stubs.event[0];
  Put(low, EB_STUBS_GPA, stubs.begin, stubs.bytes());

  const uint64_t gdt[] = {
      0,
      0x00af9b000000ffff,  // 0x08 ring 0 code, 64 bit
      0x00cf93000000ffff,  // 0x10 ring 0 data
      0x00cff3000000ffff,  // 0x18 ring 3 data
      0x00affb000000ffff,  // 0x20 ring 3 code, 64 bit
  };
  Put(low, EB_GDT_GPA, gdt, sizeof(gdt));
  // The TSS descriptor of vCPU 0. The others get theirs by KVM_SET_SREGS.
  const uint64_t tss = EB_TSS_GPA;
  const uint64_t limit = kTssLimit;
  Put64(low, EB_GDT_GPA + EB_TSS_SELECTOR,
        (limit & 0xffff) | (tss & 0xffffff) << 16 | uint64_t{0x8b} << 40 |
            (limit & 0xf0000) << 32 | (tss & 0xff000000) << 32);
  Put64(low, EB_GDT_GPA + EB_TSS_SELECTOR + 8, tss >> 32);

  for (uint64_t vector = 0; vector < 256; ++vector) {
    uint64_t handler = EB_STUBS_GPA + vector * 16;
    for (const PayloadHandler& own : handlers) {
      if (own.vector == vector) handler = own.handler_gpa;
    }
    // Interrupt gate, DPL 3 so that ring 3 may raise it by INT n.
    Put64(low, EB_IDT_GPA + vector * 16,
          (handler & 0xffff) | uint64_t{EB_KERNEL_CS} << 16 |
              uint64_t{0xee} << 40 | (handler & 0xffff0000) << 32);
    Put64(low, EB_IDT_GPA + vector * 16 + 8, handler >> 32);
  }

  for (int i = 0; i < vcpus; ++i) {
    const uint64_t at = EB_TSS_GPA + static_cast<uint64_t>(i) * EB_TSS_STRIDE;
    uint8_t* bytes = low.At(at, kTssLimit + 1);
    EB_CHECK(bytes != nullptr);
    std::memset(bytes, 0, kTssLimit + 1);
    const uint64_t rsp0 = EB_STACKS_GPA +
                          static_cast<uint64_t>(i) * EB_STACKS_STRIDE +
                          EB_STACK_BYTES;
    std::memcpy(bytes + 4, &rsp0, sizeof(rsp0));
    const uint16_t bitmap_at = kTssBytes;
    std::memcpy(bytes + 0x66, &bitmap_at, sizeof(bitmap_at));
    bytes[kTssLimit] = 0xff;
  }
}

void SetSregsForMode(GuestMode mode, int index, uint64_t cr3,
                     kvm_sregs& sregs) {
  const bool user = mode == kUserMode;
  sregs.cs = Segment(user ? EB_USER_CS : EB_KERNEL_CS, 11, mode, true);
  const kvm_segment data =
      Segment(user ? EB_USER_DS : EB_KERNEL_DS, 3, mode, false);
  sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
  sregs.gs.base =
      EB_PARAMS_GPA + static_cast<uint64_t>(index) * EB_PARAMS_STRIDE;
  sregs.tr = {};
  sregs.tr.base = EB_TSS_GPA + static_cast<uint64_t>(index) * EB_TSS_STRIDE;
  sregs.tr.limit = kTssLimit;
  sregs.tr.selector = EB_TSS_SELECTOR;
  sregs.tr.type = 11;
  sregs.tr.present = 1;
  sregs.ldt = {};
  sregs.ldt.type = 2;
  sregs.ldt.unusable = 1;
  sregs.gdt.base = EB_GDT_GPA;
  sregs.gdt.limit = EB_TSS_SELECTOR + 16 - 1;
  sregs.idt.base = EB_IDT_GPA;
  sregs.idt.limit = 256 * 16 - 1;
  sregs.cr0 = kCr0;
  sregs.cr3 = cr3;
  sregs.cr4 = kCr4;
  sregs.efer = kEfer;
}

kvm_regs EntryRegs(GuestMode mode, int index, uint64_t entry_gpa) {
  constexpr uint64_t kInterruptFlag = 0x200;
  constexpr uint64_t kIopl3 = 0x3000;
  const uint64_t stacks =
      EB_STACKS_GPA + static_cast<uint64_t>(index) * EB_STACKS_STRIDE;
  kvm_regs regs = {};
  regs.rip = entry_gpa;
  regs.rsp = stacks + (mode == kUserMode ? 2 : 1) * EB_STACK_BYTES;
  // An exception in ring 3 switches to the ring 0 stack of the TSS. One in ring
  // 0 stays on its stack.
  regs.rflags = 0x2 | kInterruptFlag | (mode == kUserMode ? kIopl3 : 0);
  regs.rdi = EB_PARAMS_GPA + static_cast<uint64_t>(index) * EB_PARAMS_STRIDE;
  return regs;
}

}  // namespace exitbench
