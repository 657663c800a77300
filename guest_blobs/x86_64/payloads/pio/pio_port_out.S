// OUT of the byte of args[1] to the port of args[0].
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r8d
        mov     EB_P_ARGS+8(%rbp), %r12d
BATCH
LOOP
        mov     %r8d, %edx
        mov     %r12d, %eax
        EVENT   out %al, %dx
END_LOOP
