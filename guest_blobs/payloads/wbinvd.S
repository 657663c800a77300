// WBINVD.
#include "guest_blobs/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   wbinvd
END_LOOP
