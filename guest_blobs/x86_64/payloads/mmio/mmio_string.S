// REP STOSL of 16 elements of 4 bytes to unbacked memory.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        mov     %rdi, %r12
        mov     $EB_MMIO_GPA, %edi
        mov     $16, %ecx
        EVENT   rep stosl
        mov     %r12, %rdi
END_LOOP
