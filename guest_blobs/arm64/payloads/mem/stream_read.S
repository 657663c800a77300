// Loads a block, 8 bytes at a time. args[0]: the first address; args[1]: the
// end, where the blocks begin anew; args[2]: bytes per event. From the first
// address to the end there is a multiple of that.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        ldr     x8, [x19, #EB_P_ARGS]
        ldr     x13, [x19, #EB_P_ARGS+8]
        ldr     x14, [x19, #EB_P_ARGS+16]
LOOP
#if EB_EVENT
        add     x15, x8, x14
1:      ldr     x4, [x8]
        ldr     x5, [x8, #8]
        ldr     x6, [x8, #16]
        ldr     x4, [x8, #24]
        ldr     x5, [x8, #32]
        ldr     x6, [x8, #40]
        ldr     x4, [x8, #48]
        ldr     x5, [x8, #56]
        add     x8, x8, #64
        cmp     x8, x15
        b.lo    1b
#endif
        END_EVENT
        cmp     x8, x13
        b.lo    2f
        ldr     x8, [x19, #EB_P_ARGS]
2:      NEXT_EVENT
