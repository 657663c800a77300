// Known bad, for tests: waits for another vCPU, which sleeps, to count an IPI
// that is never sent.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        ldr     w8, [x19, #EB_P_CPU]
        cbnz    w8, target
        add     x9, x19, #EB_PARAMS_STRIDE
BATCH
LOOP
1:      yield
        ldr     x8, [x9, #EB_P_RESULTS]
        cbz     x8, 1b
END_LOOP

target:
        wfi
        b       target
