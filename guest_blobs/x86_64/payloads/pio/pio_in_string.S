// REP INSB of 26 bytes from a port that no device in the kernel claims, into
// the parameter block's scratch.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_EVENT_PORT, %r8d
BATCH
LOOP
        mov     %r8d, %edx
        mov     $26, %ecx
        mov     %rdi, %r12
        lea     EB_P_SCRATCH(%rbp), %rdi
        EVENT   rep insb
        mov     %r12, %rdi
END_LOOP
