// args[0] stores of 8 bytes of a stream to coalesced memory, the count of
// stores each, and an OUT that has the host look at them.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        xor     %r12d, %r12d
        mov     $EB_MMIO_GPA, %r8d
        mov     EB_P_ARGS(%rbp), %r13d
BATCH
LOOP
#if EB_EVENT
        mov     %r13d, %ecx
1:      inc     %r12
        mov     %r12, (%r8)
        dec     %ecx
        jnz     1b
        mov     $EB_EVENT_PORT, %edx
        out     %al, %dx
#endif
END_LOOP
