// Known bad, for tests: is taken for pio_out, but writes to another port.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_OTHER_PORT, %r8d
BATCH
LOOP
        mov     %r8d, %edx
        EVENT   out %al, %dx
END_LOOP
