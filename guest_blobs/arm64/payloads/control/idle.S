// Nothing between the two stamps: the cost of stamping itself.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
END_LOOP
