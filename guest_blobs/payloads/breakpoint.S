// INT3, first thing: the host has the debugger's breakpoints.
#include "guest_blobs/include/payload.inc"
PAYLOAD
BATCH
        int3
        jmp     payload_batch
