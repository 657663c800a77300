// A move to a floating-point register.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   fmov d0, xzr
END_LOOP
