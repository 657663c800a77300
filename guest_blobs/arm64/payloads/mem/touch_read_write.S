// A store to each of many pages, which has been read just before. args[0]: the
// first address; args[1]: stride in bytes.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        ldr     x8, [x19, #EB_P_ARGS]
        ldr     x12, [x19, #EB_P_ARGS+8]
        mov     w10, #1
        ldrb    w9, [x8]
LOOP
        EVENT   strb w10, [x8]
        END_EVENT
        subs    x20, x20, #1
        b.eq    1f
        add     x8, x8, x12
        ldrb    w9, [x8]
        b       payload_event
1:      DOORBELL
        b       payload_batch
