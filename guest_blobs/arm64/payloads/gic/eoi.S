// The end of an SGI in service. Sending it and acknowledging it is untimed.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
#include "guest_blobs/arm64/include/pending.inc"
PAYLOAD
        PENDING_ON
BATCH
PEND
        mrs     x9, EB_ICC_IAR1_EL1
        isb
LOOP
        EVENT   msr EB_ICC_EOIR1_EL1, x9
        END_EVENT
#if !EB_EVENT
        msr     EB_ICC_EOIR1_EL1, x9
#endif
        NEXT_PENDED
