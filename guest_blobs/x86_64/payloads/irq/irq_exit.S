// Exits to the host, which injects an interrupt or NMI before the guest goes
// on. The stamps are the handler's first instruction and the return from it.
// args[0]: 1 if there is a local APIC, which wants an end of interrupt.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/interrupts.inc"

HANDLER EB_IRQ_VECTOR, on_irq
HANDLER 2, on_nmi

PAYLOAD
        xor     %r12d, %r12d
BATCH
LOOP
#if EB_EVENT
        inc     %r12
        mov     $EB_EVENT_PORT, %edx
        out     %al, %dx
1:      cmp     %r12, EB_P_RESULTS+8(%rbp)
        jne     1b
        STAMP_OF_HANDLER_FIRST
#endif
END_LOOP

on_irq:
        ARRIVED
        cmpl    $0, EB_P_ARGS(%rbp)
        je      1f
        APIC_WRITE EB_APIC_EOI, $0
1:      iretq

on_nmi:
        ARRIVED
        iretq
