// Writes to page after page at a given rate. args[0]: the first page; args[1]:
// the end, where it begins anew; args[2]: ticks from one write to the next, 0
// for as fast as possible. results[0]: pages written so far, in all batches.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        ldr     x8, [x19, #EB_P_ARGS]
        mov     x13, #0
        mov     w14, #1
BATCH
        ldr     x12, [x19, #EB_P_ARGS+8]
        ldr     x15, [x19, #EB_P_ARGS+16]
LOOP
        EVENT   strb w14, [x8]
        END_EVENT
        ldr     x9, [x19, #EB_P_RESULTS]
        add     x9, x9, #1
        str     x9, [x19, #EB_P_RESULTS]
        add     x8, x8, #0x1000
        cmp     x8, x12
        b.lo    1f
        ldr     x8, [x19, #EB_P_ARGS]
1:      mrs     x9, cntvct_el0
        cmp     x9, x13
        b.lo    1b
        add     x13, x9, x15
        NEXT_EVENT
