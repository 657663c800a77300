// Follows a chain of offsets. Each load waits for the one before. args[0]: the
// address that the offsets count from; args[1]: loads per event.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x9, #0
BATCH
        ldr     x8, [x19, #EB_P_ARGS]
        ldr     x10, [x19, #EB_P_ARGS+8]
LOOP
        mov     w11, w10
1:      EVENT   ldr x9, [x8, x9]
        subs    w11, w11, #1
        b.ne    1b
END_LOOP
