// Known bad, for tests: makes the right exit over and over, and never ends its
// batch.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        mov     x8, #EB_MMIO_GPA
1:      str     w9, [x8]
        b       1b
