// MOV to CR0 that changes WP.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     %cr0, %r8
BATCH
LOOP
        xor     $0x10000, %r8
        EVENT   mov %r8, %cr0
END_LOOP
