// CPUID. args[0]: the leaf; args[1]: the subleaf. results[0] to [3]: EAX, EBX,
// ECX and EDX of the last answer.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r8d
        mov     EB_P_ARGS+8(%rbp), %r13d
BATCH
LOOP
        mov     %rbx, %r12
        mov     %r8d, %eax
        mov     %r13d, %ecx
        EVENT   cpuid
        mov     %ebx, %r15d
        mov     %r12, %rbx
        mov     %eax, %r14d
        mov     %ecx, %esi
        mov     %edx, %r9d
END_EVENT
        mov     %r14, EB_P_RESULTS(%rbp)
        mov     %r15, EB_P_RESULTS+8(%rbp)
        mov     %rsi, EB_P_RESULTS+16(%rbp)
        mov     %r9, EB_P_RESULTS+24(%rbp)
NEXT_EVENT
