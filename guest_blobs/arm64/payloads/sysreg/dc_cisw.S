// A clean and invalidation of a cache line by set and way.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        mov     x8, #0
BATCH
LOOP
        EVENT   dc cisw, x8
END_LOOP
