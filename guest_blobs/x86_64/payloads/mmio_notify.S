// A store of the 4 bytes args[0] to unbacked memory: a guest's doorbell.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_MMIO_GPA, %r8d
        mov     EB_P_ARGS(%rbp), %r12d
BATCH
LOOP
        EVENT   mov %r12d, (%r8)
END_LOOP
