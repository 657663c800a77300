// A read of CNTPCT_EL0, the physical counter.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mrs x8, cntpct_el0
END_LOOP
