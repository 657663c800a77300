// MOV to CR4 that changes PGE.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     %cr4, %r8
BATCH
LOOP
        xor     $0x80, %r8
        EVENT   mov %r8, %cr4
END_LOOP
