// A write of ICC_PMR_EL1, the priority mask.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
PAYLOAD
        mov     x8, #0xf0
BATCH
LOOP
        EVENT   msr EB_ICC_PMR_EL1, x8
END_LOOP
