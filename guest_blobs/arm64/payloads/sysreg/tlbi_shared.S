// An invalidation of all CPUs' translations, all of EL1.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   tlbi vmalle1is
END_LOOP
