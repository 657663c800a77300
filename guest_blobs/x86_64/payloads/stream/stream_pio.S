// Sends a byte of a stream by OUT: the count of bytes.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        xor     %r12d, %r12d
        mov     $EB_EVENT_PORT, %r8d
BATCH
LOOP
#if EB_EVENT
        inc     %r12d
        mov     %r12d, %eax
        mov     %r8d, %edx
        out     %al, %dx
#endif
END_LOOP
