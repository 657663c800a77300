// MOV to CR8 that lowers the task priority. To raise it again is not timed.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $8, %r12d
        xor     %r13d, %r13d
        mov     %r12, %cr8
BATCH
LOOP
        EVENT   mov %r13, %cr8
        END_EVENT
        mov     %r12, %cr8
        NEXT_EVENT
