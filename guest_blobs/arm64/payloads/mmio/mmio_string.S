// A loop of 16 stores of 4 bytes each to unbacked memory, one after the other.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        mov     x8, #EB_MMIO_GPA
        mov     w9, #16
1:      EVENT   str w10, [x8]
        add     x8, x8, #4
        subs    w9, w9, #1
        b.ne    1b
END_LOOP
