// Known bad, for tests: calls the host's thread with interrupts off, and so
// never takes its answer.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        cli
        xor     %r12d, %r12d
BATCH
LOOP
        inc     %r12
        mov     %r12, EB_P_RESULTS(%rbp)
1:      pause
        cmp     %r12, EB_P_RESULTS+8(%rbp)
        jne     1b
END_LOOP
