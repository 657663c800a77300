// Known bad, for tests: jumps to an address that no memory slot backs.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        mov     $EB_MMIO_GPA, %eax
        jmp     *%rax
