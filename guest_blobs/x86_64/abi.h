// The part of the contract between payloads and the host that only x86-64 has:
// tables, ports, vectors, selectors. For assembly and C++.
//
// A payload is entered with the address of its vCPU's parameter block in %rdi,
// and as the base of %gs.
#ifndef EXITBENCH_GUEST_BLOBS_X86_64_ABI_H_
#define EXITBENCH_GUEST_BLOBS_X86_64_ABI_H_

#include "guest_blobs/abi.h"

/* Guest-physical map of slot 0, where abi.h leaves room. */
#define EB_GDT_GPA 0x1000
#define EB_IDT_GPA 0x2000
#define EB_TSS_GPA 0x60000 /* TSS and I/O bitmap, per vCPU. */
#define EB_TSS_STRIDE 0x3000
#define EB_NESTED_GPA 0x90000 /* What an L1 keeps for its L2. */
#define EB_NESTED_BYTES 0x40000

/* Ports, clear of every in-kernel device. */
#define EB_DOORBELL_PORT 0x5e0 /* 4 bytes out: the batch is done. */
#define EB_FAULT_PORT 0x5e4    /* 4 bytes out: an unexpected exception. */
#define EB_EVENT_PORT 0x5e8    /* Where the port I/O cases go. */
#define EB_OTHER_PORT 0x5f0    /* Where they must not go. */

/* Vectors of interrupts. Each is a priority class of its own. */
#define EB_IPI_VECTOR 0x40
#define EB_IRQ_VECTOR 0x50

/* Beyond the vectors of EB_P_FAULT_VECTOR: an L1 reports that its L2 made an
   exit that it does not expect, with the exit code as the error, or that an
   instruction of VMX failed, with the VM-instruction error. */
#define EB_FAULT_L2_EXIT 0x100
#define EB_FAULT_VMFAIL 0x101

/* Selectors. */
#define EB_KERNEL_CS 0x08
#define EB_KERNEL_DS 0x10
#define EB_USER_DS 0x1b
#define EB_USER_CS 0x23
#define EB_TSS_SELECTOR 0x28

#ifndef __ASSEMBLER__

namespace exitbench {

static_assert(EB_CODE_GPA + EB_CODE_BYTES <= EB_TSS_GPA);
static_assert(EB_TSS_GPA + EB_MAX_VCPUS * EB_TSS_STRIDE <= EB_NESTED_GPA);
static_assert(EB_NESTED_GPA + EB_NESTED_BYTES <= EB_STAMPS_GPA);

}  // namespace exitbench

#endif  // __ASSEMBLER__
#endif  // EXITBENCH_GUEST_BLOBS_X86_64_ABI_H_
