// Calls the host's service thread, which writes the call's number to args[7].
// The guest polls for that, and answers by counting it at results[1]. The
// stamps are when it is seen and when it has been answered.
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
        rdtsc
        mov     %eax, %r10d
        mov     %edx, %r11d
        mov     %r12, EB_P_RESULTS+8(%rbp)
#endif
END_LOOP
