// L2 kicks the host, which answers by an interrupt for L1. L0 makes that an
// exit of L2 (reason 1, Intel SDM vol. 3C 26.2), and L1 lets it in by STI. The
// stamps are L2's before the kick and that of L1's handler.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/interrupts.inc"
#include "guest_blobs/x86_64/include/nested_vmx.inc"

HANDLER EB_IRQ_VECTOR, on_irq

PAYLOAD
        xor     %r12d, %r12d
        L1_BEGIN
        jmp     vmfail
l1_exit:
        READ_FIELD EB_VMCS_EXIT_REASON, %rcx
        cmp     EB_P_ARGS+16(%rbp), %rcx
        jne     unexpected
        COUNT_L2_EXIT
        sti
        nop
        cli
        vmresume
REPORT_VMFAIL
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
