// Known bad, for tests: raises an exception that it has no handler for.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        ud2
END_LOOP
