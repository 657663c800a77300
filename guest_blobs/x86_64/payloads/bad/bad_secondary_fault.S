// Known bad, for tests: vCPU 0 waits for the other vCPU, which raises an
// exception.
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
        ud2
