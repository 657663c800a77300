// The vector table. Each entry reports an exception that the payload does not
// handle: writes it to the parameter block and stores to EB_FAULT_GPA. Where
// the payload does handle it, the host has replaced the entry's first
// instruction by a branch. The entries run in EL1.
#include "guest_blobs/arm64/abi.h"

        .section .header, "a"
        .text
        .globl  payload_entry
payload_entry:
        .set    vector, 0
        .rept   EB_VECTORS
        .balign EB_VECTOR_BYTES
        mov     x1, #vector
        b       report
        .set    vector, vector + 1
        .endr

// Nothing goes on after it, so registers need not be kept.
        .balign EB_VECTOR_BYTES
report:
        mrs     x0, tpidr_el1
        str     x1, [x0, #EB_P_FAULT_VECTOR]
        mrs     x1, esr_el1
        str     x1, [x0, #EB_P_FAULT_ERROR]
        mrs     x1, elr_el1
        str     x1, [x0, #EB_P_FAULT_PC]
        mrs     x1, spsr_el1
        str     x1, [x0, #EB_P_FAULT_MODE]
        mrs     x1, far_el1
        str     x1, [x0, #EB_P_FAULT_ADDRESS]
        mov     x1, #EB_FAULT_GPA & 0xffff0000
        str     wzr, [x1, #EB_FAULT_GPA & 0xffff]
1:      b       1b
