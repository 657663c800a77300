// HLT: nobody has an interrupt for us, so the host's userspace gets it.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   hlt
END_LOOP
