// A read of CNTV_CTL_EL0, of the virtual timer.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mrs x8, cntv_ctl_el0
END_LOOP
