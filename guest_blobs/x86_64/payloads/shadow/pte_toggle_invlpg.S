// Takes a page-table entry away, puts it back, invalidates an address that it
// maps and touches that. args[0]: where the entry is; args[1]: its value;
// args[2]: the address. Ring 0.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r13
        mov     EB_P_ARGS+16(%rbp), %r12
        xor     %r14d, %r14d
        movb    (%r12), %sil
BATCH
LOOP
        EVENT   mov %r14, (%r8)
        EVENT   mov %r13, (%r8)
        EVENT   invlpg (%r12)
        EVENT   movb (%r12), %sil
END_LOOP
