// Known bad, for tests: as touch_load_fetch.S, but calls the code of the first
// page each time. That page is split by the first call.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        xor     %r13d, %r13d
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        movb    (%r8), %sil
LOOP
        EVENT   call *%r8
        END_EVENT
        mov     %r13, EB_P_RESULTS(%rbp)
        NEXT_EVENT
