// Known bad, for tests: never exits and never rings.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
1:      jmp     1b
END_LOOP
