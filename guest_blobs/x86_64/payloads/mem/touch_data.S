// Stores to one page of case memory after another, round and round. args[0]:
// stride in bytes; args[1]: bytes in all.
//
// Some backends emulate many instructions before they look whether the guest
// has to stop. It pauses between two stores, so that few pages become dirty
// meanwhile.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        mov     EB_P_ARGS(%rbp), %r12
        mov     EB_P_ARGS+8(%rbp), %r13
        mov     $EB_DATA_GPA, %r8d
1:      xor     %ecx, %ecx
2:      movb    $1, (%r8,%rcx)
        mov     $32, %edx
3:      dec     %edx
        jnz     3b
        add     %r12, %rcx
        cmp     %r13, %rcx
        jb      2b
        jmp     1b
