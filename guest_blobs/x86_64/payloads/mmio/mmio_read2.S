// A 2-byte load from a GPA that no memory slot backs.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_MMIO_GPA, %r8d
BATCH
LOOP
        EVENT   mov (%r8), %ax
END_LOOP
