// L2 kicks the host, which answers by an interrupt for L1. L0 makes that an
// exit of L2 (VMEXIT_INTR, AMD APM vol. 2 15.13.1), and L1 lets it in by STGI.
// The stamps are L2's before the kick and that of L1's handler.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/interrupts.inc"
#include "guest_blobs/x86_64/include/nested_svm.inc"

HANDLER EB_IRQ_VECTOR, on_irq

PAYLOAD
        L1_BEGIN
        xor     %r12d, %r12d
l1_enter:
        ENTER_L2
        mov     EB_VMCB_EXIT_CODE(%r8), %rax
        cmp     EB_P_ARGS+16(%rbp), %rax
        jne     unexpected
        COUNT_L2_EXIT
        stgi
        nop
        clgi
        jmp     l1_enter
unexpected:
        REPORT_L2_EXIT

on_irq:
        ARRIVED
        APIC_WRITE EB_APIC_EOI, $0
        iretq

l2:
BATCH
        movq    $0, EB_P_RESULTS(%rbp)
LOOP
#if EB_EVENT
        inc     %r12
        mov     $EB_EVENT_PORT, %edx
        out     %al, %dx
        AWAIT_ARRIVAL
        MARK
#endif
END_EVENT_IN_HANDLER
NEXT_EVENT
