// Invalidates an address and touches it. args[0]: the address. Ring 0.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r12
        movb    (%r12), %sil
BATCH
LOOP
        EVENT   invlpg (%r12)
        EVENT   movb (%r12), %sil
END_LOOP
