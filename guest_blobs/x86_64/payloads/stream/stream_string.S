// Sends args[0] bytes of a stream, from case memory, by REP OUTSB.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_EVENT_PORT, %r8d
        mov     EB_P_ARGS(%rbp), %r12d
BATCH
LOOP
#if EB_EVENT
        mov     %r8d, %edx
        mov     %r12d, %ecx
        mov     $EB_DATA_GPA, %esi
        rep outsb
#endif
END_LOOP
