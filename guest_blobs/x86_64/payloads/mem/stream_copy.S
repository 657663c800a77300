// Copies a block by REP MOVSQ, as memcpy does, from one half of case memory to
// the other. args[0] to args[2] are as in stream_read, for the first half;
// args[3]: the first address of the other.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r13
        mov     EB_P_ARGS+16(%rbp), %r14
        mov     EB_P_ARGS+24(%rbp), %r12
        sub     %r8, %r12
        mov     %rdi, %r15
LOOP
        mov     %r8, %rsi
        lea     (%r8,%r12), %rdi
        mov     %r14, %rcx
        shr     $3, %rcx
        EVENT   rep movsq
        READ_TSC_LAST
        mov     %rsi, %r8
        mov     %r15, %rdi
        STORE_STAMP
        mov     %rdi, %r15
        cmp     %r13, %r8
        jb      2f
        mov     EB_P_ARGS(%rbp), %r8
2:      NEXT_EVENT
