// Rings the doorbell and, resumed, rings it again. For host loops that need no
// guest, or the shortest life of one.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        DOORBELL
        b       payload_batch
