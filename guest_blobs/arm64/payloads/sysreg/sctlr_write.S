// A write of SCTLR_EL1, as it is.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mrs     x8, sctlr_el1
BATCH
LOOP
        EVENT   msr sctlr_el1, x8
END_LOOP
