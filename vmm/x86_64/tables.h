// Puts a vCPU into 64-bit mode, in ring 0 or ring 3. Its page tables, GDT, IDT
// and TSS with I/O bitmap are in guest memory, and memory is mapped one to one.
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

// Returns the size of the page tables for `data_bytes` of case memory at
// EB_DATA_GPA, in bytes.
size_t PageTableBytes(uint64_t data_bytes, GuestPage data_page);

// Writes page tables at EB_PAGE_TABLES_GPA of `low`, the memory of slot 0. They
// map the first 4 GiB one to one by 2 MiB pages, writable and for both rings,
// and case memory by pages of `data_page`. Returns the value for CR3.
uint64_t WritePageTables(const GuestMemory& low, uint64_t data_bytes,
                         GuestPage data_page);

// Returns the GPA of the page-table entry that maps `data_gpa` of case memory.
// Only for case memory mapped by 4 KiB pages.
uint64_t DataPteGpa(uint64_t data_gpa);

// Writes the GDT, the IDT, the exception stubs, and a TSS for each vCPU. The
// vectors of `handlers` go to the handlers of the payload, which is at
// EB_CODE_GPA already, and all others to the stubs.
void WriteDescriptorTables(const GuestMemory& low, int vcpus,
                           absl::Span<const PayloadHandler> handlers);

// Sets segments, control registers and EFER in `sregs` for 64-bit code in
// `mode` on vCPU `index`.
void SetSregsForMode(GuestMode mode, int index, uint64_t cr3, kvm_sregs& sregs);

// Returns the registers at entry: RIP, the stack, and the parameter block in
// RDI. Interrupts are on: some hosts freeze on a guest that spins with
// interrupts off. IOPL is 3 for ring 3. For backends that ignore IOPL, the TSS
// bitmap allows every port.
kvm_regs EntryRegs(GuestMode mode, int index, uint64_t entry_gpa);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_TABLES_H_
