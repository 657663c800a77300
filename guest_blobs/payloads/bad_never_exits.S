// Known bad, for tests: never exits and never rings.
#include "guest_blobs/include/payload.inc"
PAYLOAD
BATCH
LOOP
1:      jmp     1b
END_LOOP
