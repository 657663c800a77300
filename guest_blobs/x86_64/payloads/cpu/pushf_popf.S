// PUSHF and POPF.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   pushfq
        EVENT   popfq
END_LOOP
