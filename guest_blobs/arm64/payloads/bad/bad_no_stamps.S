// Known bad, for tests: rings the doorbell without having done anything.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        DOORBELL
        b       payload_batch
