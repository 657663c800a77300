// A store of two registers to unbacked memory, of which the processor does not
// report what it stores.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x8, #EB_MMIO_GPA
BATCH
LOOP
        EVENT   stp w9, w10, [x8]
END_LOOP
