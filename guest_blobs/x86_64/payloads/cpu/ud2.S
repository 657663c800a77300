// UD2, and the guest's handler, which skips it. results[0]: how often the
// handler ran.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
HANDLER 6, on_undefined
BATCH
        xor     %r12d, %r12d
LOOP
        EVENT   ud2
        END_EVENT
        mov     %r12, EB_P_RESULTS(%rbp)
        NEXT_EVENT
on_undefined:
        inc     %r12
        addq    $2, (%rsp)
        iretq
