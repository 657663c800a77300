// MOV to CR3 of the value it had at the start.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     %cr3, %r8
BATCH
LOOP
        EVENT   mov %r8, %cr3
END_LOOP
