// Does a fixed quantum of work: args[0] times DEC and JNZ.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r8d
BATCH
LOOP
#if EB_EVENT
        mov     %r8d, %ecx
1:      dec     %ecx
        jnz     1b
#endif
END_LOOP
