// A store to GICD_CTLR of what it holds.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
PAYLOAD
        LOAD    x8, EB_GICD_GPA
        mov     w9, #EB_GICD_CTLR_ON
        str     w9, [x8, #EB_GICD_CTLR]
BATCH
LOOP
        EVENT   str w9, [x8, #EB_GICD_CTLR]
END_LOOP
