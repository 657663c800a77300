// Sends 8 bytes of a stream by a store to unbacked memory: the count of stores.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x24, #0
        mov     x8, #EB_MMIO_GPA
BATCH
LOOP
#if EB_EVENT
        add     x24, x24, #1
        str     x24, [x8]
#endif
END_LOOP
