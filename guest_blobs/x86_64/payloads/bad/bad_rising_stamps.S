// Known bad, for tests: its stamps rise as they should, but by a million ticks
// at a time, in a batch that takes far less.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        rdtsc
        shl     $32, %rdx
        or      %rdx, %rax
1:      mov     %rax, (%rdi)
        add     $1000000, %rax
        mov     %rax, 8(%rdi)
        add     $16, %rdi
        dec     %rbx
        jnz     1b
        DOORBELL
        jmp     payload_batch
