// A read of ACTLR_EL1.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mrs x8, actlr_el1
END_LOOP
