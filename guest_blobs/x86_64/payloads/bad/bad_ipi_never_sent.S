// Known bad, for tests: waits for another vCPU, which halts, to count an IPI
// that is never sent.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        cmpl    $0, EB_P_CPU(%rbp)
        jne     target
BATCH
LOOP
1:      pause
        cmpq    $0, EB_PARAMS_STRIDE + EB_P_RESULTS(%rbp)
        je      1b
END_LOOP

target:
        hlt
        jmp     target
