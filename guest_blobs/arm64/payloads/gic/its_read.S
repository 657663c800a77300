// A load of GITS_TYPER from the interrupt translation service.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
PAYLOAD
        LOAD    x8, EB_ITS_GPA + 8
BATCH
LOOP
        EVENT   ldr x9, [x8]
END_LOOP
