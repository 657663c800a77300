// Exits to the host, which raises an interrupt before the guest goes on. The
// stamps are the handler's first instruction and the return from it. args[0]: 1
// for an MSI, by the ITS; 0 for EB_IRQ_INTID, edge-triggered; 2 for the same,
// level-triggered.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
#include "guest_blobs/arm64/include/its.inc"

#define EB_GICD_ICFGR 0xc00

IRQ_HANDLER on_irq

PAYLOAD
        GIC_ON
        ldr     x9, [x19, #EB_P_ARGS]
        cmp     x9, #1
        b.eq    1f
        LOAD    x0, EB_GICD_GPA
        mov     w1, #2 << (EB_IRQ_INTID % 16 * 2)
        csel    w1, w1, wzr, lo
        str     w1, [x0, #EB_GICD_ICFGR + EB_IRQ_INTID / 16 * 4]
        b       2f
1:      ITS_ON
2:      mov     x24, #0
        mov     x8, #EB_MMIO_GPA
BATCH
LOOP
#if EB_EVENT
        add     x24, x24, #1
        str     wzr, [x8]
3:      ldr     x4, [x19, #EB_P_RESULTS+8]
        cmp     x4, x24
        b.ne    3b
        STAMP_OF_HANDLER_FIRST
#endif
END_LOOP

on_irq:
        ARRIVED
        ACKNOWLEDGE
        EOI
        eret
