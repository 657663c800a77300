// Writes a batch of args[0] bytes of a stream into the next of 8 slots of case
// memory, and rings a doorbell. Each 8 bytes are the batch's number. The host
// counts at args[6] the batches that it has taken, and only then a slot is
// written again.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x24, #0
        ldr     x10, [x19, #EB_P_ARGS]
        mov     x8, #EB_MMIO_GPA
        mov     x9, #EB_DATA_GPA
        add     x11, x19, #EB_P_ARGS+48
        add     x12, x19, #EB_P_RESULTS
        mov     w13, #1
BATCH
LOOP
#if EB_EVENT
1:      ldar    x4, [x11]
        sub     x4, x24, x4
        cmp     x4, #8
        b.lo    2f
        yield
        b       1b
2:      and     x4, x24, #7
        madd    x5, x4, x10, x9
        add     x24, x24, #1
        add     x6, x5, x10
3:      str     x24, [x5], #8
        cmp     x5, x6
        b.lo    3b
        stlr    x24, [x12]
        str     w13, [x8]
#endif
END_LOOP
