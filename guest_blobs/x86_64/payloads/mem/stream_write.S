// Fills a block by REP STOSQ, as memset does. The arguments are as in
// stream_read.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r13
        mov     EB_P_ARGS+16(%rbp), %r14
        mov     %rdi, %r15
LOOP
        mov     %r8, %rdi
        mov     %r14, %rcx
        shr     $3, %rcx
        xor     %eax, %eax
        EVENT   rep stosq
        READ_TSC_LAST
        mov     %rdi, %r8
        mov     %r15, %rdi
        STORE_STAMP
        mov     %rdi, %r15
        cmp     %r13, %r8
        jb      2f
        mov     EB_P_ARGS(%rbp), %r8
2:      NEXT_EVENT
