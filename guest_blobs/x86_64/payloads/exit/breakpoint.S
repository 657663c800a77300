// Runs onto INT3 at once. The host has asked for breakpoints.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        int3
        jmp     payload_batch
