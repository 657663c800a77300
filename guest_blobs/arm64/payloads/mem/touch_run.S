// Loads from pages, many to an event. args[0]: the first address; args[1]: the
// end, where the loads begin anew; args[2]: stride in bytes; args[3]: loads per
// event. From the first address to the end there is a multiple of so many
// strides.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        ldr     x8, [x19, #EB_P_ARGS]
        ldr     x13, [x19, #EB_P_ARGS+8]
        ldr     x12, [x19, #EB_P_ARGS+16]
        ldr     x14, [x19, #EB_P_ARGS+24]
LOOP
        mov     w11, w14
1:      EVENT   ldrb w9, [x8]
        add     x8, x8, x12
        subs    w11, w11, #1
        b.ne    1b
        END_EVENT
        cmp     x8, x13
        b.lo    2f
        ldr     x8, [x19, #EB_P_ARGS]
2:      NEXT_EVENT
