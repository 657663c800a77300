// Writes a page-table entry of a page in use. Ring 0. Between events it loads
// CR3 anew and touches the page, so that a hypervisor that shadows the table
// has caught up with it and watches it again.
//
// args[0]: where the entry is; args[1] and args[2]: what is written, in turns;
// args[3]: an address that the entry maps.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r13
        mov     EB_P_ARGS+16(%rbp), %r14
        mov     EB_P_ARGS+24(%rbp), %r12
BATCH
LOOP
        EVENT   mov %r13, (%r8)
        END_EVENT
        xchg    %r13, %r14
        mov     %cr3, %rax
        mov     %rax, %cr3
        movb    (%r12), %sil
        NEXT_EVENT
