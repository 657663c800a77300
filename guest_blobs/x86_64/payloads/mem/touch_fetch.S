// A call into each of many pages, where the host has put code that counts in
// %r13 and returns. args[0]: the first address; args[1]: stride in bytes.
// results[0] is the count.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        xor     %r13d, %r13d
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r12
LOOP
        EVENT   call *%r8
        END_EVENT
        mov     %r13, EB_P_RESULTS(%rbp)
        add     %r12, %r8
        NEXT_EVENT
