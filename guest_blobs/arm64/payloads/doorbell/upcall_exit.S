// Asks the host for an upcall by an exit with value 0. The host injects, and
// the handler answers by an exit with value 1. The stamps are the handler's
// first instruction and the return from it.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
#include "guest_blobs/arm64/include/its.inc"

IRQ_HANDLER on_irq

PAYLOAD
        GIC_ON
        ITS_ON
        mov     x24, #0
        mov     x8, #EB_MMIO_GPA
BATCH
LOOP
#if EB_EVENT
        add     x24, x24, #1
        str     wzr, [x8]
1:      ldr     x4, [x19, #EB_P_RESULTS+8]
        cmp     x4, x24
        b.ne    1b
        STAMP_OF_HANDLER_FIRST
#endif
END_LOOP

on_irq:
        ARRIVED
        mov     x0, #EB_MMIO_GPA
        mov     w1, #1
        str     w1, [x0]
        ACKNOWLEDGE
        EOI
        eret
