// WFI with an interrupt pending in the distributor, of a group that the CPU
// interface is told to hold back. So nothing ends the wait but the hypervisor,
// which does not look at the group.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
#include "guest_blobs/arm64/include/pending.inc"
PAYLOAD
        PENDING_ON
        mov     x10, #1
BATCH
PEND
        msr     EB_ICC_IGRPEN1_EL1, xzr
        isb
LOOP
        EVENT   wfi
        END_EVENT
        msr     EB_ICC_IGRPEN1_EL1, x10
        isb
        DROP
        NEXT_PENDED
