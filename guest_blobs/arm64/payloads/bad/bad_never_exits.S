// Known bad, for tests: never exits, and never rings the doorbell.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
1:      b       1b
END_LOOP
