// Known bad, for tests: fills its parameter block and all of the stamp buffer
// with ones, and rings the doorbell as if all were well.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        mov     $-1, %rax
        mov     $EB_STAMPS_GPA, %rdi
        mov     $EB_STAMPS_STRIDE / 8, %rcx
1:      mov     %rax, (%rdi)
        add     $8, %rdi
        dec     %rcx
        jnz     1b
        mov     %rbp, %rdi
        mov     $EB_P_BYTES / 8, %rcx
2:      mov     %rax, (%rdi)
        add     $8, %rdi
        dec     %rcx
        jnz     2b
        DOORBELL
        jmp     payload_batch
