// SIDT to memory.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   sidt EB_P_SCRATCH(%rbp)
END_LOOP
