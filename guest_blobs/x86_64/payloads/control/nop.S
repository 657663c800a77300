// One NOP.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   nop
END_LOOP
