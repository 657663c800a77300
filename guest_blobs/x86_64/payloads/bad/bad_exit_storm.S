// Known bad, for tests: makes the right exit over and over, and never ends its
// batch.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        mov     $EB_EVENT_PORT, %edx
1:      out     %al, %dx
        jmp     1b
