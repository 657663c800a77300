// WFE, with no event pending but those of the counter's event stream.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   wfe
END_LOOP
