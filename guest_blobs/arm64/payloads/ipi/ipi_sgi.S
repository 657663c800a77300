// Sends an SGI to other vCPUs, and waits until each has counted it. vCPU 0
// sends. The others wait by WFI or spin, and stamp each arrival.
//
// Of vCPU 0, args[0] is what goes to ICC_SGI1R_EL1, args[2] how many vCPUs are
// to get it, args[3] the ticks between two events, for the targets to wait
// again. args[4]: 1 to ask for SGIs that the hardware delivers, which results[2]
// says whether the interrupt controller does. Of the others, args[0] is 0 to
// wait by WFI, 1 to spin.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"

        .set    CTLR_DIRECT, 0x100      // GICD_CTLR.nASSGIreq.

IRQ_HANDLER on_ipi

PAYLOAD
        ldr     w4, [x19, #EB_P_CPU]
        cbnz    w4, target
        ldr     x4, [x19, #EB_P_ARGS+32]
        cbz     x4, 1f
        LOAD    x0, EB_GICD_GPA
        mov     w1, #CTLR_DIRECT
        str     w1, [x0, #EB_GICD_CTLR]
        mov     w1, #CTLR_DIRECT | EB_GICD_CTLR_ON
        str     w1, [x0, #EB_GICD_CTLR]
        ldr     w1, [x0, #EB_GICD_CTLR]
        ubfx    w1, w1, #8, #1
        str     x1, [x19, #EB_P_RESULTS+16]
1:      mov     x24, #0
        ldr     x9, [x19, #EB_P_ARGS]
        ldr     x10, [x19, #EB_P_ARGS+16]
        ldr     x11, [x19, #EB_P_ARGS+24]
BATCH
LOOP
#if EB_EVENT
        add     x24, x24, #1
        msr     EB_ICC_SGI1R_EL1, x9
        isb
        mov     x12, x10
        add     x13, x19, #EB_PARAMS_STRIDE
2:      add     x14, x13, #EB_P_RESULTS
3:      yield
        ldar    x15, [x14]
        cmp     x15, x24
        b.ne    3b
        add     x13, x13, #EB_PARAMS_STRIDE
        subs    x12, x12, #1
        b.ne    2b
#endif
END_EVENT
        PASS_TIME x11
NEXT_EVENT

target:
        GIC_ON
        ldr     x4, [x19, #EB_P_ARGS]
        cbnz    x4, spin
1:      wfi
        b       1b
spin:   b       spin

on_ipi:
        mrs     x23, cntvct_el0
        add     x0, x19, #EB_P_RESULTS
        ldr     x1, [x0]
        and     x2, x1, #EB_MAX_STAMPS - 1
        ldr     x3, [x19, #EB_P_STAMPS]
        add     x3, x3, x2, lsl #4
        str     x23, [x3]
        add     x1, x1, #1
        stlr    x1, [x0]
        ACKNOWLEDGE
        EOI
        eret
