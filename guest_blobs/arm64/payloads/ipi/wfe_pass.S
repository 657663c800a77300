// Sends a token round all vCPUs, each of which waits for it by WFE: a store to
// the token by another vCPU ends that. An event is one round. The token is at
// args[7] of vCPU 0. It says whose turn it is, and is counted on for ever.
// args[0]: how many vCPUs.
#include "guest_blobs/arm64/include/payload.inc"

// Waits until the token is x25.
.macro AWAIT_TOKEN
        sevl
1:      wfe
        ldaxr   x9, [x8]
        cmp     x9, x25
        b.ne    1b
.endm

PAYLOAD
        mov     x8, #EB_PARAMS_GPA
        add     x8, x8, #EB_P_ARGS+56
        ldr     x24, [x19, #EB_P_ARGS]
        ldr     w25, [x19, #EB_P_CPU]
        cbnz    w25, pass
BATCH
LOOP
#if EB_EVENT
        add     x25, x25, #1
        stlr    x25, [x8]
        add     x25, x25, x24
        sub     x25, x25, #1
        AWAIT_TOKEN
#endif
END_LOOP

pass:
        AWAIT_TOKEN
        ldr     x10, [x19, #EB_P_RESULTS]
        add     x10, x10, #1
        str     x10, [x19, #EB_P_RESULTS]
        add     x10, x25, #1
        stlr    x10, [x8]
        add     x25, x25, x24
        b       pass
