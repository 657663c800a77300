// A write of PMSELR_EL0.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x8, #0
BATCH
LOOP
        EVENT   msr pmselr_el0, x8
END_LOOP
