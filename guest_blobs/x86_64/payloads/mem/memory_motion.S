// Plays a short process: builds an address space of one table of each level,
// goes to it, writes to each of its pages, takes them away, goes back. Ring 0.
//
// args[0]: the tables of the first process, four pages, behind which those of
// the others follow; args[1]: how many processes take turns; args[2]: the first
// of the pages, which are the same for all; args[3]: how many pages, up to 512.
#include "guest_blobs/x86_64/include/payload.inc"
        .set    TABLE, 0x7      // Present, writable, user.
        .set    PAGE, 0x67      // And accessed, dirty.
        .set    WINDOW_SHIFT, 39        // The second entry of the top level.
PAYLOAD
        mov     %cr3, %r15
        mov     EB_P_ARGS+16(%rbp), %r12
        mov     EB_P_ARGS+24(%rbp), %r14
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r13
LOOP
#if EB_EVENT
        // The entry that maps this code, ours, and the tables below.
        mov     (%r15), %rax
        mov     %rax, (%r8)
        lea     0x1000+TABLE(%r8), %rax
        mov     %rax, 8(%r8)
        lea     0x2000+TABLE(%r8), %rax
        mov     %rax, 0x1000(%r8)
        lea     0x3000+TABLE(%r8), %rax
        mov     %rax, 0x2000(%r8)
        lea     0x3000(%r8), %rsi
        lea     PAGE(%r12), %rax
        mov     %r14d, %ecx
1:      mov     %rax, (%rsi)
        add     $0x1000, %rax
        add     $8, %rsi
        dec     %ecx
        jnz     1b

        mov     %r8, %cr3
        mov     $1, %esi
        shl     $WINDOW_SHIFT, %rsi
        mov     %r14d, %ecx
2:      movb    $1, (%rsi)
        add     $0x1000, %rsi
        dec     %ecx
        jnz     2b

        lea     0x3000(%r8), %rsi
        xor     %eax, %eax
        mov     %r14d, %ecx
3:      mov     %rax, (%rsi)
        add     $8, %rsi
        dec     %ecx
        jnz     3b
        mov     %r15, %cr3
#endif
        END_EVENT
        add     $0x4000, %r8
        dec     %r13
        jnz     4f
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r13
4:      NEXT_EVENT
