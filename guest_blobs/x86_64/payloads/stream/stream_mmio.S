// Sends 8 bytes of a stream by a store to unbacked memory: the count of stores.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        xor     %r12d, %r12d
        mov     $EB_MMIO_GPA, %r8d
BATCH
LOOP
#if EB_EVENT
        inc     %r12
        mov     %r12, (%r8)
#endif
END_LOOP
