// WRMSR to the MSR of args[0], of what RDMSR read from it at the start.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r8d
        mov     %r8d, %ecx
        rdmsr
        mov     %eax, %r12d
        mov     %edx, %r13d
BATCH
LOOP
        mov     %r8d, %ecx
        mov     %r12d, %eax
        mov     %r13d, %edx
        EVENT   wrmsr
END_LOOP
