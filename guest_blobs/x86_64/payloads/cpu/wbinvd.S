// WBINVD.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   wbinvd
END_LOOP
