// PAUSE.
#include "guest_blobs/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   pause
END_LOOP
