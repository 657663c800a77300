// An SGI to itself, with interrupts masked: its write alone. It is taken from
// the interrupt controller untimed.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
#include "guest_blobs/arm64/include/pending.inc"
PAYLOAD
        PENDING_ON
BATCH
LOOP
        EVENT   msr EB_ICC_SGI1R_EL1, x24
        END_EVENT
#if EB_EVENT
        isb
        DROP
#endif
        NEXT_EVENT
