// CPUID, leaf 0.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        mov     %rbx, %r12
        xor     %eax, %eax
        xor     %ecx, %ecx
        EVENT   cpuid
        mov     %r12, %rbx
END_LOOP
