// Exits to the host, which raises an interrupt before the guest goes on. The
// stamps are the handler's first instruction and the return from it. args[0]: 1
// for an MSI, by the ITS; 0 for EB_IRQ_INTID, edge-triggered; 2 for the same,
// level-triggered. results[1]: how often the handler ran, over the VM's life; all
// ones where the line of a level-triggered one was not lowered.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
#include "guest_blobs/arm64/include/its.inc"

#define EB_GICD_ICENABLER 0x180
#define EB_GICD_ICFGR 0xc00

        .set    MOST_TOO_MANY, 16

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
        b.lo    3b
        STAMP_OF_HANDLER_FIRST
#endif
END_LOOP

on_irq:
        ARRIVED
        ACKNOWLEDGE
        EOI
        cmp     x9, #2
        b.ne    4f
        ldr     x0, [x19, #EB_P_RESULTS+8]
        sub     x0, x0, x24
        cmp     x0, #MOST_TOO_MANY
        b.gt    never_lowered
4:      eret

// Turns the interrupt off, and has no event wait any more.
never_lowered:
        LOAD    x0, EB_GICD_GPA
        mov     w1, #1 << (EB_IRQ_INTID % 32)
        str     w1, [x0, #EB_GICD_ICENABLER + EB_IRQ_INTID / 32 * 4]
        mov     x1, #-1
        str     x1, [x19, #EB_P_RESULTS+8]
        eret
