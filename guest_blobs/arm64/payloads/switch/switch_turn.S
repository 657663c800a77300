// Takes one turn in each KVM_RUN: stamps its arrival, counts the turn at
// results[0], stamps its leaving, rings the doorbell. The arrival is the second
// stamp and the leaving the first, so that in each turn the first is the later
// one. Both are in the first stamp of the buffer.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        READ_COUNTER x0
        str     x0, [x21, #8]
        ldr     x1, [x19, #EB_P_RESULTS]
        add     x1, x1, #1
        str     x1, [x19, #EB_P_RESULTS]
        READ_COUNTER x0
        str     x0, [x21]
        DOORBELL
        b       payload_batch
