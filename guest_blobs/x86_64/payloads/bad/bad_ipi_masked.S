// Known bad, for tests: sends IPIs to a vCPU that never lets them in.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/interrupts.inc"
PAYLOAD
        cmpl    $0, EB_P_CPU(%rbp)
        jne     deaf
        mov     $EB_IPI_VECTOR, %r13d
        mov     $1, %r14d
        // An IPI that comes before the CLI would be taken.
2:      pause
        cmpq    $0, EB_PARAMS_STRIDE + EB_P_RESULTS + 8(%rbp)
        je      2b
BATCH
LOOP
        mov     %r14d, %edx
        SEND_IPI %edx, %r13d
1:      pause
        cmpq    $0, EB_PARAMS_STRIDE + EB_P_RESULTS(%rbp)
        je      1b
END_LOOP

deaf:
        cli
        movq    $1, EB_P_RESULTS + 8(%rbp)
3:      hlt
        jmp     3b
