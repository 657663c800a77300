// A store to each of many pages. args[0]: the first GPA; args[1]: stride in
// bytes.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r12
LOOP
        EVENT   movb $1, (%r8)
        END_EVENT
        add     %r12, %r8
        NEXT_EVENT
