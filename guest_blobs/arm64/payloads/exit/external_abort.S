// A load from unbacked memory, which the host answers by an external abort. The
// last stamp is that of its handler's first instruction. results[1]: how often
// the handler ran, over the VM's life.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"

HANDLER EB_VECTOR_SYNC_EL1, on_abort

PAYLOAD
        mov     x8, #EB_MMIO_GPA
BATCH
LOOP
        EVENT   ldr w9, [x8]
END_EVENT_IN_HANDLER
NEXT_EVENT

on_abort:
        ARRIVED
        mrs     x0, elr_el1
        add     x0, x0, #4
        msr     elr_el1, x0
        eret
