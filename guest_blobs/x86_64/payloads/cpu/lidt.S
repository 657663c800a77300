// LIDT of what SIDT said at the start.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        sidt    EB_P_SCRATCH(%rbp)
BATCH
LOOP
        EVENT   lidt EB_P_SCRATCH(%rbp)
END_LOOP
