// A store of the 4 bytes of args[0] to unbacked memory, as a guest's doorbell
// is.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_MMIO_GPA, %r8d
        mov     EB_P_ARGS(%rbp), %r12d
BATCH
LOOP
        EVENT   mov %r12d, (%r8)
END_LOOP
