// WRMSR of args[1] to the MSR of args[0].
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r8d
        mov     EB_P_ARGS+8(%rbp), %r12d
        mov     EB_P_ARGS+12(%rbp), %r13d
BATCH
LOOP
        mov     %r8d, %ecx
        mov     %r12d, %eax
        mov     %r13d, %edx
        EVENT   wrmsr
END_LOOP
