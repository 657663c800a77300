// A load of two registers from unbacked memory, of which the processor does not
// report what it loads.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x8, #EB_MMIO_GPA
BATCH
LOOP
        EVENT   ldp w9, w10, [x8]
END_LOOP
