// A read of PMCR_EL0, and the guest's handler, which skips it. results[0]: how
// often the handler ran, in this batch.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
HANDLER EB_VECTOR_SYNC_EL1, on_undefined
BATCH
        mov     x24, #0
LOOP
        EVENT   mrs x8, pmcr_el0
        END_EVENT
        str     x24, [x19, #EB_P_RESULTS]
        NEXT_EVENT
on_undefined:
        add     x24, x24, #1
        mrs     x0, elr_el1
        add     x0, x0, #4
        msr     elr_el1, x0
        eret
