// INT3, and the guest's handler. results[0]: how often the handler ran.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
HANDLER 3, on_breakpoint
BATCH
        xor     %r12d, %r12d
LOOP
        EVENT   int3
        END_EVENT
        mov     %r12, EB_P_RESULTS(%rbp)
        NEXT_EVENT
on_breakpoint:
        inc     %r12
        iretq
