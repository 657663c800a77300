// Puts a vCPU into 64-bit mode, in ring 0 or 3, with its tables in guest
// memory: page tables (identity-mapped), GDT, IDT, TSS with I/O bitmap.
// Intel SDM vol. 3A chapters 2-8; AMD APM vol. 2 chapters 4-8.
#ifndef EXITBENCH_VMM_X86_64_TABLES_H_
#define EXITBENCH_VMM_X86_64_TABLES_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "guest_blobs/x86_64/abi.h"
#include "vmm/arch_host.h"
#include "vmm/guest_memory.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// Bytes of page tables for `data_bytes` of case memory at EB_DATA_GPA.
size_t PageTableBytes(uint64_t data_bytes, GuestPage data_page);

// Writes page tables at EB_PAGE_TABLES_GPA: the first 4 GiB mapped one to one
// by 2 MiB pages, user-accessible and writable; case memory by `data_page`.
// Returns CR3. `low` is slot 0.
uint64_t WritePageTables(const GuestMemory& low, uint64_t data_bytes,
                         GuestPage data_page);

// Where in guest memory the page-table entry for `data_gpa` of case memory is,
// which `data_page` k4K maps.
uint64_t DataPteGpa(uint64_t data_gpa);

// Writes GDT, IDT, exception stubs, and for each vCPU its TSS. Vectors of
// `handlers`, the payload's (already at EB_CODE_GPA), go there.
void WriteDescriptorTables(const GuestMemory& low, int vcpus,
                           absl::Span<const PayloadHandler> handlers);

// Sets segments, control registers and EFER in `sregs` for 64-bit code in
// `mode` on vCPU `index`.
void SetSregsForMode(GuestMode mode, int index, uint64_t cr3, kvm_sregs& sregs);

// Registers at entry: rip, stack, rdi = parameter block. Interrupts are on:
// some hosts freeze on a guest that spins with them off. IOPL is 3 for ring 3;
// backends that ignore IOPL look at the TSS bitmap, which allows every port.
kvm_regs EntryRegs(GuestMode mode, int index, uint64_t entry_gpa);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_TABLES_H_
