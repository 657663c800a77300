// The part of the contract between payloads and the host that only arm64 has:
// the doorbell, the interrupt controller, exceptions. For assembly and C++.
//
// A payload is entered with the address of its vCPU's parameter block in x0,
// in TPIDR_EL1 and in TPIDRRO_EL0. Kernel mode is EL1 with a stack of its own,
// user mode is EL0. Code is mapped read-only, since what EL0 may write EL1
// never executes (Arm ARM D8.4.2). All else is writable in both modes and not
// executable.
#ifndef EXITBENCH_GUEST_BLOBS_ARM64_ABI_H_
#define EXITBENCH_GUEST_BLOBS_ARM64_ABI_H_

#include "guest_blobs/abi.h"

/* Memory-mapped devices, in a hole between slot 0 and case memory. From
   EB_DEVICES_GPA to EB_DATA_GPA, and from EB_MMIO_GPA on, memory is mapped
   Device-nGnRE. */
#define EB_DEVICES_GPA 0x8000000
#define EB_GICD_GPA 0x8000000 /* The vGIC's distributor. */
#define EB_GICD_BYTES 0x10000
#define EB_ITS_GPA 0x8080000 /* Its translation service. */
#define EB_ITS_BYTES 0x20000
#define EB_GICR_GPA 0x80a0000 /* Its redistributors, one per vCPU. */
#define EB_GICR_STRIDE 0x20000

/* No device is here: a store of 4 bytes exits to userspace. A process of ours
   has nothing at these addresses either, so that the doorbell of a payload that
   runs natively raises SIGSEGV. */
#define EB_DOORBELL_GPA 0xf0000000 /* The batch is done. */
#define EB_FAULT_GPA 0xf0000008    /* An exception that nothing handles. */
#define EB_OTHER_GPA 0xf0010000    /* Where no case may store. */

/* Vectors: which entry of the vector table an exception takes (Arm ARM
   D1.3.1.5). HANDLER and EB_P_FAULT_VECTOR use these numbers. */
#define EB_VECTOR_SYNC_EL1 4
#define EB_VECTOR_IRQ_EL1 5
#define EB_VECTOR_FIQ_EL1 6
#define EB_VECTOR_SERROR_EL1 7
#define EB_VECTOR_SYNC_EL0 8
#define EB_VECTOR_IRQ_EL0 9
#define EB_VECTOR_FIQ_EL0 10
#define EB_VECTOR_SERROR_EL0 11
#define EB_VECTORS 16
#define EB_VECTOR_BYTES 0x80 /* Of one entry. */

/* Interrupts, by INTID. */
#define EB_IPI_INTID 1  /* An SGI. */
#define EB_PMU_INTID 23 /* PPIs, as Arm's BSA has them. */
#define EB_VTIMER_INTID 27
#define EB_PTIMER_INTID 30
#define EB_IRQ_INTID 40   /* An SPI, which the host raises. */
#define EB_LPI_INTID 8192 /* The first LPI. */

#ifndef __ASSEMBLER__

namespace exitbench {

static_assert(EB_STUBS_GPA % 0x800 == 0, "VBAR_EL1 is 2 KiB aligned");
static_assert(EB_VECTORS * EB_VECTOR_BYTES < EB_STUBS_BYTES);
static_assert(EB_GICD_GPA + EB_GICD_BYTES <= EB_ITS_GPA);
static_assert(EB_ITS_GPA + EB_ITS_BYTES <= EB_GICR_GPA);
static_assert(EB_GICR_GPA + EB_MAX_VCPUS * EB_GICR_STRIDE <= EB_DATA_GPA);
static_assert(EB_DOORBELL_GPA > EB_MMIO_GPA);

}  // namespace exitbench

#endif  // __ASSEMBLER__
#endif  // EXITBENCH_GUEST_BLOBS_ARM64_ABI_H_
