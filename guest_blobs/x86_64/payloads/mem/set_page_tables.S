// Writes page tables that map memory one to one: the entries of 4 KiB pages,
// and the directory entries above them. args[0]: where the tables go, the
// directory first; args[1]: bytes to map, a multiple of 2 MiB up to 1 GiB.
#include "guest_blobs/x86_64/include/payload.inc"
        .set    FLAGS, 0x67     // Present, writable, user, accessed, dirty.
PAYLOAD
BATCH
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+8(%rbp), %r13
        mov     %r13, %r14
        shr     $12, %r13       // Entries
        shr     $21, %r14       // Directory entries
LOOP
#if EB_EVENT
        lea     0x1000(%r8), %rsi
        mov     $FLAGS, %eax
        mov     %r13, %rcx
1:      mov     %rax, (%rsi)
        add     $0x1000, %rax
        add     $8, %rsi
        dec     %rcx
        jnz     1b
        lea     0x1000+FLAGS(%r8), %rax
        mov     %r8, %rsi
        mov     %r14, %rcx
2:      mov     %rax, (%rsi)
        add     $0x1000, %rax
        add     $8, %rsi
        dec     %rcx
        jnz     2b
#endif
END_LOOP
