// Known bad, for tests: its stamps rise as they should, but by a million ticks
// at a time, in a batch that takes far less.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        mrs     x8, cntvct_el0
        LOAD    x10, 1000000
1:      add     x9, x8, x10
        stp     x8, x9, [x21], #EB_STAMP_BYTES
        mov     x8, x9
        subs    x20, x20, #1
        b.ne    1b
        DOORBELL
        b       payload_batch
