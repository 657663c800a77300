// INVLPG of a page that nobody touches.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_MMIO_GPA, %r8d
BATCH
LOOP
        EVENT   invlpg (%r8)
END_LOOP
