// Known bad, for tests: never exits, and never rings the doorbell.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
1:      jmp     1b
END_LOOP
