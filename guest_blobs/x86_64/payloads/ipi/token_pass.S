// Sends a token round all vCPUs, each of which waits for it by PAUSE. An event
// is one round. The token is at args[7] of vCPU 0. It says whose turn it is,
// and is counted on for ever. args[0]: how many vCPUs.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $(EB_PARAMS_GPA + EB_P_ARGS + 56), %r8d
        mov     EB_P_ARGS(%rbp), %r12
        mov     EB_P_CPU(%rbp), %r13d
        cmp     $0, %r13d
        jne     pass
BATCH
LOOP
#if EB_EVENT
        inc     %r13
        mov     %r13, (%r8)
        lea     -1(%r13, %r12), %r13
1:      pause
        cmp     %r13, (%r8)
        jne     1b
#endif
END_LOOP

pass:
1:      pause
        cmp     %r13, (%r8)
        jne     1b
        incq    EB_P_RESULTS(%rbp)
        lea     1(%r13), %rax
        mov     %rax, (%r8)
        add     %r12, %r13
        jmp     1b
