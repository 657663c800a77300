// RDMSR of the MSR of args[0].
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r8d
BATCH
LOOP
        mov     %r8d, %ecx
        EVENT   rdmsr
END_LOOP
