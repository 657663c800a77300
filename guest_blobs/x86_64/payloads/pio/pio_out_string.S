// REP OUTSB of 26 bytes to a port that no device in the kernel claims.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_EVENT_PORT, %r8d
BATCH
LOOP
        mov     %r8d, %edx
        mov     $26, %ecx
        lea     text(%rip), %rsi
        EVENT   rep outsb
END_LOOP
text:
        .ascii  "abcdefghijklmnopqrstuvwxyz"
