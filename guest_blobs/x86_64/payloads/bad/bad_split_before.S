// Known bad, for tests: as touch_load_fetch.S, but calls the code of each page
// before the timed part too, in the control as well. That splits the page. It
// does not count that call.
#include "guest_blobs/x86_64/include/payload.inc"

.macro SPLIT
        movb    (%r8), %sil
        call    *%r8
        dec     %r13
.endm

PAYLOAD
        xor     %r13d, %r13d
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r12
        SPLIT
LOOP
        EVENT   call *%r8
        END_EVENT
        mov     %r13, EB_P_RESULTS(%rbp)
        dec     %rbx
        jz      1f
        add     %r12, %r8
        SPLIT
        jmp     payload_event
1:      DOORBELL
        jmp     payload_batch
