// Takes one turn in each KVM_RUN: stamps its arrival, counts the turn at
// results[0], stamps its leaving, rings the doorbell. The arrival is the second
// stamp and the leaving the first, so that in each turn the first is the later
// one. Both are in the first stamp of the buffer.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        READ_TSC_LAST
        mov     %eax, 8(%rdi)
        mov     %edx, 12(%rdi)
        incq    EB_P_RESULTS(%rbp)
        READ_TSC_FIRST
        mov     %eax, (%rdi)
        mov     %edx, 4(%rdi)
        DOORBELL
        jmp     payload_batch
