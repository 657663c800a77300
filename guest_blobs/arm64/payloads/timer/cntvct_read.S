// A read of CNTVCT_EL0, the virtual counter.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mrs x8, cntvct_el0
END_LOOP
