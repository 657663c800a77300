// Loads a block, 8 bytes at a time. args[0]: the first address; args[1]: the
// end, where the blocks begin anew; args[2]: bytes per event. From the first
// address to the end there is a multiple of that.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r13
        mov     EB_P_ARGS+16(%rbp), %r14
LOOP
#if EB_EVENT
        lea     (%r8,%r14), %rsi
1:      mov     (%r8), %rax
        mov     8(%r8), %rcx
        mov     16(%r8), %rdx
        mov     24(%r8), %rax
        mov     32(%r8), %rcx
        mov     40(%r8), %rdx
        mov     48(%r8), %rax
        mov     56(%r8), %rcx
        add     $64, %r8
        cmp     %rsi, %r8
        jb      1b
#endif
        END_EVENT
        cmp     %r13, %r8
        jb      2f
        mov     EB_P_ARGS(%rbp), %r8
2:      NEXT_EVENT
