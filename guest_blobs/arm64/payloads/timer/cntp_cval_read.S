// A read of CNTP_CVAL_EL0, of the physical timer.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mrs x8, cntp_cval_el0
END_LOOP
