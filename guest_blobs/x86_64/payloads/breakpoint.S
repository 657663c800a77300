// INT3, first thing: the host has the debugger's breakpoints.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        int3
        jmp     payload_batch
