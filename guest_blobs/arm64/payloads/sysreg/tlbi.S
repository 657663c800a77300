// An invalidation of this CPU's translations, all of EL1.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   tlbi vmalle1
END_LOOP
