// A read of PMCCNTR_EL0, the cycle counter.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mrs x8, pmccntr_el0
END_LOOP
