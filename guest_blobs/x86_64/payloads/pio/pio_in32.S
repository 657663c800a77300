// IN of 4 bytes from a port that no device in the kernel claims.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_EVENT_PORT, %r8d
BATCH
LOOP
        mov     %r8d, %edx
        EVENT   in %dx, %eax
END_LOOP
