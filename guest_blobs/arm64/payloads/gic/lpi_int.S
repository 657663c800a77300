// The guest's own MSI: the ITS' command INT, until the handler's first
// instruction (Arm IHI 0069, 5.3.4).
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
#include "guest_blobs/arm64/include/its.inc"

IRQ_HANDLER on_irq

PAYLOAD
        GIC_ON
        ITS_ON
        mov     x24, #0
        LOAD    x8, EB_ITS_GPA
        LOAD    x9, EB_ITS_QUEUE
        mov     x10, #3 * ITS_COMMAND_BYTES
        mov     x11, #ITS_INT
BATCH
LOOP
#if EB_EVENT
        add     x24, x24, #1
        add     x12, x9, x10
        stp     x11, xzr, [x12]
        stp     xzr, xzr, [x12, #16]
        add     x10, x10, #ITS_COMMAND_BYTES
        and     x10, x10, #ITS_QUEUE_BYTES - 1
        dsb     ishst
        str     x10, [x8, #EB_GITS_CWRITER]
        AWAIT_ARRIVAL
#endif
END_EVENT_IN_HANDLER
NEXT_EVENT

on_irq:
        ARRIVED
        ACKNOWLEDGE
        EOI
        eret
