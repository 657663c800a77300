// OUT of the 4 bytes of args[0] to the event port, as a guest's doorbell is.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_EVENT_PORT, %r8d
        mov     EB_P_ARGS(%rbp), %r12d
BATCH
LOOP
        mov     %r8d, %edx
        mov     %r12d, %eax
        EVENT   out %eax, %dx
END_LOOP
