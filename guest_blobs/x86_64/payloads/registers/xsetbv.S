// XSETBV of 1 to XCR0, its value at reset: x87 state alone.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     %cr4, %rax
        or      $0x40000, %rax          // OSXSAVE
        mov     %rax, %cr4
BATCH
LOOP
        xor     %ecx, %ecx
        xor     %edx, %edx
        mov     $1, %eax
        EVENT   xsetbv
END_LOOP
