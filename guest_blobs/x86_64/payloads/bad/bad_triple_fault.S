// Known bad, for tests: raises an exception with an empty IDT.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        lidt    empty_idt(%rip)
LOOP
        ud2
END_LOOP
        .balign 8
empty_idt:
        .word   0
        .quad   0
