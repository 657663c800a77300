// Writes to page after page at a given rate. args[0]: the first page; args[1]:
// the end, where it begins anew; args[2]: ticks from one write to the next, 0
// for as fast as possible. results[0]: pages written so far, in all batches.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r8
        xor     %r13d, %r13d
BATCH
        mov     EB_P_ARGS+8(%rbp), %r12
        mov     EB_P_ARGS+16(%rbp), %r14
LOOP
        EVENT   movb $1, (%r8)
        END_EVENT
        incq    EB_P_RESULTS(%rbp)
        add     $0x1000, %r8
        cmp     %r12, %r8
        jb      1f
        mov     EB_P_ARGS(%rbp), %r8
1:      rdtsc
        shl     $32, %rdx
        or      %rdx, %rax
        cmp     %r13, %rax
        jb      1b
        lea     (%rax,%r14), %r13
        NEXT_EVENT
