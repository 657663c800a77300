// A store of the 4 bytes of args[0] to unbacked memory, as a guest's doorbell
// is.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x8, #EB_MMIO_GPA
        ldr     w9, [x19, #EB_P_ARGS]
BATCH
LOOP
        EVENT   str w9, [x8]
END_LOOP
