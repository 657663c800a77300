// Sets the virtual timer to a moment that is already past. The stamps are before
// the two writes and at the handler's first instruction.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"

IRQ_HANDLER on_irq

PAYLOAD
        GIC_ON
        mov     x24, #0
        mov     x9, #1
BATCH
LOOP
#if EB_EVENT
        add     x24, x24, #1
        msr     cntv_cval_el0, xzr
        msr     cntv_ctl_el0, x9
        isb
        AWAIT_ARRIVAL
#endif
END_EVENT_IN_HANDLER
NEXT_EVENT

on_irq:
        ARRIVED
        msr     cntv_ctl_el0, xzr
        isb
        ACKNOWLEDGE
        EOI
        eret
