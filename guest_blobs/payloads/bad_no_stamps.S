// Known bad, for tests: rings without having done anything.
#include "guest_blobs/include/payload.inc"
PAYLOAD
BATCH
        DOORBELL
        jmp     payload_batch
