// LGDT of what SGDT said at the start.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        sgdt    EB_P_SCRATCH(%rbp)
BATCH
LOOP
        EVENT   lgdt EB_P_SCRATCH(%rbp)
END_LOOP
