// RDTSCP, between the two instructions that stamp.
#include "guest_blobs/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   rdtscp
END_LOOP
