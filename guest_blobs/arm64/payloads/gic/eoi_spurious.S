// An end of interrupt with none in service: of the INTID that says so.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
PAYLOAD
        mov     x8, #1023
BATCH
LOOP
        EVENT   msr EB_ICC_EOIR1_EL1, x8
END_LOOP
