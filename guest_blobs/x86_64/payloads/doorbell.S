// Rings the doorbell and, resumed, rings it again: a guest's shortest life.
// The case is a loop of the host's.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        DOORBELL
        jmp     payload_batch
