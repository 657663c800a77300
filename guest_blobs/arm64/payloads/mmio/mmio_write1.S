// A 1-byte store to a GPA that no memory slot backs.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x8, #EB_MMIO_GPA
BATCH
LOOP
        EVENT   strb w9, [x8]
END_LOOP
