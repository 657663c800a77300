// Known bad, for tests: calls the host's thread with interrupts off, and so
// never takes its answer.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        msr     daifset, #2
        mov     x24, #0
BATCH
LOOP
        add     x24, x24, #1
        str     x24, [x19, #EB_P_RESULTS]
1:      yield
        ldr     x8, [x19, #EB_P_RESULTS+8]
        cmp     x8, x24
        b.ne    1b
END_LOOP
