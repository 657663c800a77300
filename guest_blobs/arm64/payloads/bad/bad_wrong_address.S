// Known bad, for tests: is taken for mmio_write, but stores elsewhere.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
        LOAD    x8, EB_OTHER_GPA
BATCH
LOOP
        EVENT   str w9, [x8]
END_LOOP
