// A store to each of many pages, which has been read just before. args[0]: the
// first address; args[1]: stride in bytes.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r12
        movb    (%r8), %sil
LOOP
        EVENT   movb $1, (%r8)
        END_EVENT
        dec     %rbx
        jz      1f
        add     %r12, %r8
        movb    (%r8), %sil
        jmp     payload_event
1:      DOORBELL
        jmp     payload_batch
