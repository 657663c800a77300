// A call into each of many pages, from which a byte was loaded just before. In
// each the host has put code that counts in %r13 and returns. args[0]: the
// first address; args[1]: stride in bytes. results[0] is the count.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        xor     %r13d, %r13d
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r12
        movb    (%r8), %sil
LOOP
        EVENT   call *%r8
        END_EVENT
        mov     %r13, EB_P_RESULTS(%rbp)
        dec     %rbx
        jz      1f
        add     %r12, %r8
        movb    (%r8), %sil
        jmp     payload_event
1:      DOORBELL
        jmp     payload_batch
