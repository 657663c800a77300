// RDTSC, between the two that stamp.
#include "guest_blobs/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   rdtsc
END_LOOP
