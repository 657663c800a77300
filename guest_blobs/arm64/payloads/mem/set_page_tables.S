// Writes page tables that map memory one to one: the entries of 4 KiB pages,
// and the directory entries above them. args[0]: where the tables go, the
// directory first; args[1]: bytes to map, a multiple of 2 MiB up to 1 GiB.
#include "guest_blobs/arm64/include/payload.inc"
        .set    TABLE, 0x3      // Valid, a table.
        .set    PAGE, 0x743     // Valid, a page, EL0, inner shareable, accessed.
PAYLOAD
BATCH
        ldr     x8, [x19, #EB_P_ARGS]
        ldr     x10, [x19, #EB_P_ARGS+8]
        lsr     x13, x10, #12   // Entries
        lsr     x14, x10, #21   // Directory entries
LOOP
#if EB_EVENT
        add     x9, x8, #0x1000
        mov     x10, #PAGE
        mov     x11, x13
1:      str     x10, [x9], #8
        add     x10, x10, #0x1000
        subs    x11, x11, #1
        b.ne    1b
        add     x10, x8, #0x1000
        add     x10, x10, #TABLE
        mov     x9, x8
        mov     x11, x14
2:      str     x10, [x9], #8
        add     x10, x10, #0x1000
        subs    x11, x11, #1
        b.ne    2b
#endif
END_LOOP
