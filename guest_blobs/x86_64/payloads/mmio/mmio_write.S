// A 4-byte store to a GPA that no memory slot backs.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_MMIO_GPA, %r8d
BATCH
LOOP
        EVENT   mov %eax, (%r8)
END_LOOP
