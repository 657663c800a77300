// Runs NOPs for ever. For debug exits and windows, where the host ends each
// run.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
1:      nop
        jmp     1b
