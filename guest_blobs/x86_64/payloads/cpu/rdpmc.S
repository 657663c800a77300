// RDPMC of counter 0.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        xor     %ecx, %ecx
        EVENT   rdpmc
END_LOOP
