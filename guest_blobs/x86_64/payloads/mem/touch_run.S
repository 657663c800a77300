// Loads from pages, many to an event. args[0]: the first address; args[1]: the
// end, where the loads begin anew; args[2]: stride in bytes; args[3]: loads per
// event. From the first address to the end there is a multiple of so many
// strides.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r13
        mov     EB_P_ARGS+16(%rbp), %r12
        mov     EB_P_ARGS+24(%rbp), %r14
LOOP
        mov     %r14d, %ecx
1:      EVENT   movb (%r8), %sil
        add     %r12, %r8
        dec     %ecx
        jnz     1b
        END_EVENT
        cmp     %r13, %r8
        jb      2f
        mov     EB_P_ARGS(%rbp), %r8
2:      NEXT_EVENT
