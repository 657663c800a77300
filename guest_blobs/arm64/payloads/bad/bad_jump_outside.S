// Known bad, for tests: jumps to an address that no memory slot backs.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        mov     x8, #EB_MMIO_GPA
        br      x8
