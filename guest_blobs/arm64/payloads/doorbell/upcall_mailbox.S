// Calls the host's service thread, which writes the call's number to args[7].
// The guest polls for that, and answers by counting it at results[1]. The
// stamps are when it is seen and when it has been answered.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x24, #0
        add     x8, x19, #EB_P_ARGS+56
        add     x9, x19, #EB_P_RESULTS
        add     x10, x19, #EB_P_RESULTS+8
BATCH
LOOP
#if EB_EVENT
        add     x24, x24, #1
        stlr    x24, [x9]
1:      yield
        ldar    x4, [x8]
        cmp     x4, x24
        b.ne    1b
        isb
        mrs     x22, cntvct_el0
        stlr    x24, [x10]
#endif
END_LOOP
