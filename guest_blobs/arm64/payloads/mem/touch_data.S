// Stores to one page of case memory after another, round and round. args[0]:
// stride in bytes; args[1]: bytes in all. It pauses between two stores, so that
// few pages become dirty before the guest stops.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        ldr     x12, [x19, #EB_P_ARGS]
        ldr     x13, [x19, #EB_P_ARGS+8]
        mov     x8, #EB_DATA_GPA
        mov     w11, #1
1:      mov     x9, #0
2:      strb    w11, [x8, x9]
        mov     w10, #32
3:      subs    w10, w10, #1
        b.ne    3b
        add     x9, x9, x12
        cmp     x9, x13
        b.lo    2b
        b       1b
