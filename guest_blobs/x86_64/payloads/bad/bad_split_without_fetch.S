// Known bad, for tests: as touch_load_fetch.S, but calls no code. It counts the
// calls all the same.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        xor     %r13d, %r13d
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r12
        movb    (%r8), %sil
LOOP
        EVENT   inc %r13
        END_EVENT
        mov     %r13, EB_P_RESULTS(%rbp)
        dec     %rbx
        jz      1f
        add     %r12, %r8
        movb    (%r8), %sil
        jmp     payload_event
1:      DOORBELL
        jmp     payload_batch
