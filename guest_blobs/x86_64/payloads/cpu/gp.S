// Loads from a non-canonical address, which raises #GP. The guest's handler
// skips the load. results[0]: how often the handler ran.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
HANDLER 13, on_protection
        mov     $1, %r8
        shl     $63, %r8
BATCH
        xor     %r12d, %r12d
LOOP
load:
        EVENT   mov (%r8), %al
after_load:
        END_EVENT
        mov     %r12, EB_P_RESULTS(%rbp)
        NEXT_EVENT
on_protection:
        inc     %r12
        add     $8, %rsp                // The error code.
        addq    $(after_load - load), (%rsp)
        iretq
