// Loads CR3 and touches a page. args[0] and args[1]: the roots, which take
// turns; args[2]: the page. Ring 0.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r13
        mov     EB_P_ARGS+8(%rbp), %r14
        mov     EB_P_ARGS+16(%rbp), %r12
BATCH
LOOP
        EVENT   mov %r13, %cr3
        EVENT   movb (%r12), %sil
        END_EVENT
        xchg    %r13, %r14
        NEXT_EVENT
