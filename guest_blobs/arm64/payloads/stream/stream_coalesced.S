// Sends args[0] words of a stream by stores to coalesced memory, and has the
// host look at them by a store of 4 bytes to the page behind. Each word of 8
// bytes is the count of stores.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x24, #0
        mov     x8, #EB_MMIO_GPA
        add     x9, x8, #0x1000
        ldr     w10, [x19, #EB_P_ARGS]
BATCH
LOOP
#if EB_EVENT
        mov     w11, w10
1:      add     x24, x24, #1
        str     x24, [x8]
        subs    w11, w11, #1
        b.ne    1b
        str     wzr, [x9]
#endif
END_LOOP
