// Fills a block by pairs of 8 bytes, as memset does. The arguments are as in
// stream_read.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        ldr     x8, [x19, #EB_P_ARGS]
        ldr     x13, [x19, #EB_P_ARGS+8]
        ldr     x14, [x19, #EB_P_ARGS+16]
LOOP
#if EB_EVENT
        add     x15, x8, x14
1:      stp     xzr, xzr, [x8]
        stp     xzr, xzr, [x8, #16]
        stp     xzr, xzr, [x8, #32]
        stp     xzr, xzr, [x8, #48]
        add     x8, x8, #64
        cmp     x8, x15
        b.lo    1b
#endif
        END_EVENT
        cmp     x8, x13
        b.lo    2f
        ldr     x8, [x19, #EB_P_ARGS]
2:      NEXT_EVENT
