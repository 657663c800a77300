// SGDT to memory.
#include "guest_blobs/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   sgdt EB_P_SCRATCH(%rbp)
END_LOOP
