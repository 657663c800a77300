// Runs a counted loop of 32 passes with nothing in it.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
#if EB_EVENT
        mov     w8, #32
1:      subs    w8, w8, #1
        b.ne    1b
        MARK
#endif
END_LOOP
