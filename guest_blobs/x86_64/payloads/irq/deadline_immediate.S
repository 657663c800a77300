// Sets a TSC deadline that is already past. The stamps are before the WRMSR and
// at the handler's first instruction.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/interrupts.inc"

HANDLER EB_IRQ_VECTOR, on_irq

PAYLOAD
        xor     %r12d, %r12d
BATCH
LOOP
#if EB_EVENT
        inc     %r12
        mov     $1, %eax
        xor     %edx, %edx
        mov     $0x6e0, %ecx
        wrmsr
        AWAIT_ARRIVAL
#endif
END_EVENT_IN_HANDLER
NEXT_EVENT

on_irq:
        ARRIVED
        APIC_WRITE EB_APIC_EOI, $0
        iretq
