// Writes a batch of args[0] bytes of a stream into the next of 8 slots of case
// memory, and rings a doorbell. Each 8 bytes are the batch's number. The host
// counts at args[6] the batches that it has taken, and only then a slot is
// written again.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        xor     %r12d, %r12d
        mov     EB_P_ARGS(%rbp), %r13
        mov     $EB_MMIO_GPA, %r8d
BATCH
LOOP
#if EB_EVENT
1:      mov     %r12, %rax
        sub     EB_P_ARGS+48(%rbp), %rax
        cmp     $8, %rax
        jb      2f
        pause
        jmp     1b
2:      mov     %r12, %rsi
        and     $7, %esi
        imul    %r13, %rsi
        add     $EB_DATA_GPA, %rsi
        xchg    %rsi, %rdi
        inc     %r12
        mov     %r12, %rax
        mov     %r13, %rcx
        shr     $3, %rcx
        rep stosq
        mov     %rsi, %rdi
        mov     %r12, EB_P_RESULTS(%rbp)
        mov     $1, %eax
        mov     %eax, (%r8)
#endif
END_LOOP
