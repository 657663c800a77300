// WFI with an interrupt pending and masked: it ends at once.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
#include "guest_blobs/arm64/include/pending.inc"
PAYLOAD
        PENDING_ON
BATCH
PEND
LOOP
        EVENT   wfi
        END_EVENT
        DROP
        NEXT_PENDED
