// A load from each of many pages. args[0]: the first address; args[1]: stride
// in bytes.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        ldr     x8, [x19, #EB_P_ARGS]
        ldr     x12, [x19, #EB_P_ARGS+8]
LOOP
        EVENT   ldrb w9, [x8]
        END_EVENT
        add     x8, x8, x12
        NEXT_EVENT
