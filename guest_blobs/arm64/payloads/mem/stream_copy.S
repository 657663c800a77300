// Copies a block by pairs of 8 bytes, as memcpy does, from one half of case
// memory to the other. args[0] to args[2] are as in stream_read, for the first
// half; args[3]: the first address of the other.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        ldr     x8, [x19, #EB_P_ARGS]
        ldr     x13, [x19, #EB_P_ARGS+8]
        ldr     x14, [x19, #EB_P_ARGS+16]
        ldr     x12, [x19, #EB_P_ARGS+24]
        sub     x12, x12, x8
LOOP
#if EB_EVENT
        add     x15, x8, x14
        add     x16, x8, x12
1:      ldp     x4, x5, [x8]
        ldp     x6, x7, [x8, #16]
        ldp     x9, x10, [x8, #32]
        ldp     x11, x17, [x8, #48]
        stp     x4, x5, [x16]
        stp     x6, x7, [x16, #16]
        stp     x9, x10, [x16, #32]
        stp     x11, x17, [x16, #48]
        add     x8, x8, #64
        add     x16, x16, #64
        cmp     x8, x15
        b.lo    1b
#endif
        END_EVENT
        cmp     x8, x13
        b.lo    2f
        ldr     x8, [x19, #EB_P_ARGS]
2:      NEXT_EVENT
