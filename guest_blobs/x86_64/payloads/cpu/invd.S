// INVD. Only to be run under a hypervisor that intercepts it.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   invd
END_LOOP
