// Known bad, for tests: port writes. vCPUs other than 0 make half of theirs.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_EVENT_PORT, %r8d
BATCH
        cmpl    $0, EB_P_CPU(%rbp)
        je      1f
        shr     $1, %rbx
1:
LOOP
        mov     %r8d, %edx
        EVENT   out %al, %dx
END_LOOP
