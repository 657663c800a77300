// A read of CNTP_CTL_EL0, of the physical timer.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mrs x8, cntp_ctl_el0
END_LOOP
