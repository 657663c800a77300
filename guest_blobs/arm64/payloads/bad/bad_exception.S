// Known bad, for tests: raises an exception that it has no handler for.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        udf     #0
END_LOOP
