// Runs a counted loop of 32 passes with nothing in it.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
#if EB_EVENT
        mov     $32, %ecx
1:      dec     %ecx
        jnz     1b
        MARK
#endif
END_LOOP
