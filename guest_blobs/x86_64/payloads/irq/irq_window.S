// Lets interrupts in while the host waits for that. The host gets an exit and
// injects. The handler's return lets interrupts in once more, for the next
// event. It is entered with interrupts off, and the last handler of a batch
// leaves them off. Both stamps are the handler's: its first instruction, and
// when it is nearly done.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/interrupts.inc"

HANDLER EB_IRQ_VECTOR, on_irq

PAYLOAD
BATCH
#if EB_EVENT
        sti
1:      nop
        test    %rbx, %rbx
        jnz     1b
        DOORBELL
        jmp     payload_batch
#else
LOOP
END_LOOP
#endif

on_irq:
        ARRIVED
        STAMP_OF_HANDLER_FIRST
        lfence
        rdtsc
        STORE_STAMP
        dec     %rbx
        jnz     1f
        andl    $~0x200, 16(%rsp)
1:      iretq
