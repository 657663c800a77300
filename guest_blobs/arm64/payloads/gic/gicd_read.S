// A load of GICD_TYPER from the distributor.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
PAYLOAD
        LOAD    x8, EB_GICD_GPA + 4
BATCH
LOOP
        EVENT   ldr w9, [x8]
END_LOOP
