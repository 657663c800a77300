// Known bad, for tests: fills its parameter block and all of the stamp buffer
// with ones, and rings the doorbell as if all were well.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        mov     x8, #-1
        mov     x9, #EB_STAMPS_GPA
        mov     x10, #EB_STAMPS_STRIDE / 8
1:      str     x8, [x9], #8
        subs    x10, x10, #1
        b.ne    1b
        mov     x9, x19
        mov     x10, #EB_P_BYTES / 8
2:      str     x8, [x9], #8
        subs    x10, x10, #1
        b.ne    2b
        DOORBELL
        b       payload_batch
