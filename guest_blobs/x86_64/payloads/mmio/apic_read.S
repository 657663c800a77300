// A load of the local APIC's current timer count, by its memory window.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $0xfee00390, %r8d
BATCH
LOOP
        EVENT   mov (%r8), %eax
END_LOOP
