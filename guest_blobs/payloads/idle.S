// Nothing between the two stamps: the cost of stamping itself.
#include "guest_blobs/include/payload.inc"
PAYLOAD
BATCH
LOOP
END_LOOP
