// A write of TTBR0_EL1, as it is.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mrs     x8, ttbr0_el1
BATCH
LOOP
        EVENT   msr ttbr0_el1, x8
END_LOOP
