// Calls the host's service thread, which polls for calls, and polls for its
// answer at args[7]. Nothing of it exits.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        xor     %r12d, %r12d
BATCH
LOOP
#if EB_EVENT
        inc     %r12
        mov     %r12, EB_P_RESULTS(%rbp)
1:      pause
        cmp     %r12, EB_P_ARGS+56(%rbp)
        jne     1b
#endif
END_LOOP
