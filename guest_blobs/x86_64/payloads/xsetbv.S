// XSETBV: XCR0 to 1, x87 state alone, which is its value at reset.
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
