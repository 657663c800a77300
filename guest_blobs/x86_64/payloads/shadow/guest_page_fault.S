// Touches a page that the guest's own tables do not map. The guest's handler
// skips the load. args[0]: the page.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r12
BATCH
LOOP
        EVENT   movb (%r12), %sil
after_fault:
END_LOOP

HANDLER 14, on_page_fault
on_page_fault:
        movq    $after_fault, 8(%rsp)
        add     $8, %rsp                // The error code.
        iretq
