// MOV to DR7 of its value at reset: no breakpoint.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $0x400, %r8d
BATCH
LOOP
        EVENT   mov %r8, %dr7
END_LOOP
