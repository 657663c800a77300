// A read of OSLSR_EL1, the OS lock's status.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mrs x8, oslsr_el1
END_LOOP
