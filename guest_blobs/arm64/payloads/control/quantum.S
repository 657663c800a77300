// Does a fixed quantum of work: args[0] times SUBS and B.NE.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        ldr     w8, [x19, #EB_P_ARGS]
BATCH
LOOP
#if EB_EVENT
        mov     w9, w8
1:      subs    w9, w9, #1
        b.ne    1b
#endif
END_LOOP
