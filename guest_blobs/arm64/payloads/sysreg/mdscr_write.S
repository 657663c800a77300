// A write of MDSCR_EL1, as it is.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mrs     x8, mdscr_el1
BATCH
LOOP
        EVENT   msr mdscr_el1, x8
END_LOOP
