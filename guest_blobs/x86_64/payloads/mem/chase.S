// Follows a chain of offsets. Each load waits for the one before. args[0]: the
// address that the offsets count from; args[1]: loads per event.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        xor     %r13d, %r13d
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r14
LOOP
        mov     %r14d, %ecx
1:      EVENT   mov (%r8,%r13), %r13
        dec     %ecx
        jnz     1b
END_LOOP
