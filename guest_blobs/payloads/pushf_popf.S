// PUSHF and POPF.
#include "guest_blobs/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   pushfq
        EVENT   popfq
END_LOOP
