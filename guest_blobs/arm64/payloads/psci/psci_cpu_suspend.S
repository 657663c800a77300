// PSCI's CPU_SUSPEND, to a standby state, with an interrupt pending: it returns
// at once.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
#include "guest_blobs/arm64/include/pending.inc"

        .set    CPU_SUSPEND, 0xc4000001

PAYLOAD
        PENDING_ON
BATCH
PEND
LOOP
        LOAD    x0, CPU_SUSPEND
        mov     x1, #0
        mov     x2, #0
        mov     x3, #0
        EVENT   hvc #0
        END_EVENT
        DROP
        NEXT_PENDED
