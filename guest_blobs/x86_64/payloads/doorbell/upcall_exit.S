// Asks the host for an upcall by an exit with value 0. The host injects, and
// the handler answers by an exit with value 1. The stamps are the handler's
// first instruction and the return from it.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/interrupts.inc"

HANDLER EB_IRQ_VECTOR, on_irq

PAYLOAD
        xor     %r12d, %r12d
BATCH
LOOP
#if EB_EVENT
        inc     %r12
        mov     $EB_EVENT_PORT, %edx
        xor     %eax, %eax
        out     %al, %dx
1:      cmp     %r12, EB_P_RESULTS+8(%rbp)
        jne     1b
        STAMP_OF_HANDLER_FIRST
#endif
END_LOOP

on_irq:
        ARRIVED
        mov     $EB_EVENT_PORT, %edx
        mov     $1, %eax
        out     %al, %dx
        APIC_WRITE EB_APIC_EOI, $0
        iretq
