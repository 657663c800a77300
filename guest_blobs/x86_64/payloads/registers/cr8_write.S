// MOV to CR8 of the value it had at the start.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     %cr8, %r8
BATCH
LOOP
        EVENT   mov %r8, %cr8
END_LOOP
