// A read of PMCR_EL0.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mrs x8, pmcr_el0
END_LOOP
