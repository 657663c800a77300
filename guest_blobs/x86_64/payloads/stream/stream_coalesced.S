// Sends args[0] words of a stream by stores to coalesced memory, and has the
// host look at them by an OUT. Each word of 8 bytes is the count of stores.
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
