// Puts a vCPU into EL1 or EL0 with stage 1 of translation on. Its page tables
// and its vector table are in guest memory, and memory is mapped one to one.
// Arm ARM (DDI 0487): D8 on translation, D1.3 on exceptions.
#ifndef EXITBENCH_VMM_ARM64_TABLES_H_
#define EXITBENCH_VMM_ARM64_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "guest_blobs/arm64/abi.h"
#include "vmm/guest_memory.h"
#include "vmm/guest_mode.h"

namespace exitbench {

// Returns the size of the page tables for `data_bytes` of case memory at
// EB_DATA_GPA, in bytes.
size_t PageTableBytes(uint64_t data_bytes, GuestPage data_page);

// Writes page tables of granule 4 KiB at EB_PAGE_TABLES_GPA of `low`, the
// memory of slot 0. They map the first 4 GiB one to one for both modes: the
// first 2 MiB by pages of 4 KiB, with stubs and code read-only; case memory by
// pages of `data_page`; all else by blocks of 2 MiB. Returns the value for
// TTBR0_EL1.
uint64_t WritePageTables(const GuestMemory& low, uint64_t data_bytes,
                         GuestPage data_page);

// Returns the GPA of the descriptor that maps `data_gpa` of case memory. Only
// for case memory mapped by 4 KiB pages.
uint64_t DataPteGpa(uint64_t data_gpa);

// Writes the vector table. The vectors of `handlers` go to the handlers of the
// payload, and all others to the stubs.
void WriteVectors(const GuestMemory& low,
                  absl::Span<const PayloadHandler> handlers);

// Returns the instruction at `from` that branches to `to` (Arm ARM C6.2, B).
// Both are multiples of 4 and less than 128 MiB apart.
uint32_t BranchInstruction(uint64_t from, uint64_t to);

// A register and its value.
struct RegisterValue {
  uint64_t id;  // As KVM_SET_ONE_REG takes it.
  uint64_t value;
};

// Returns the registers of vCPU `index` at entry. Interrupts are on. The
// counters and timers may be used in EL0, and so may DAIF, WFI, WFE, and the
// instructions that maintain caches.
std::vector<RegisterValue> EntryRegisters(GuestMode mode, int index,
                                          uint64_t tables, uint64_t entry_gpa);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_TABLES_H_
