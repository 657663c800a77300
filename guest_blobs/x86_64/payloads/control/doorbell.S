// Rings the doorbell and, resumed, rings it again. For host loops that need no
// guest, or the shortest life of one.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        DOORBELL
        jmp     payload_batch
