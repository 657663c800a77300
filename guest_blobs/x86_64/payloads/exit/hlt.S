// HLT. No interrupt comes, and the host's userspace gets the exit.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   hlt
END_LOOP
