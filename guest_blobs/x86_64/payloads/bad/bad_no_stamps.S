// Known bad, for tests: rings the doorbell without having done anything.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        DOORBELL
        jmp     payload_batch
