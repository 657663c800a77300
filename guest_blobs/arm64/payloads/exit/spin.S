// Runs NOPs for ever. For debug exits, where the host ends each run.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
1:      nop
        b       1b
