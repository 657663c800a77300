// Calls the host's service thread, which polls for calls, and polls for its
// answer at args[7]. Nothing of it exits.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x24, #0
        add     x8, x19, #EB_P_ARGS+56
        add     x9, x19, #EB_P_RESULTS
BATCH
LOOP
#if EB_EVENT
        add     x24, x24, #1
        stlr    x24, [x9]
1:      yield
        ldar    x4, [x8]
        cmp     x4, x24
        b.ne    1b
#endif
END_LOOP
