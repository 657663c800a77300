// RDTSCP, between the two instructions that stamp.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   rdtscp
END_LOOP
