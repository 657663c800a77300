// A load of GICR_TYPER from the redistributor.
#include "guest_blobs/arm64/include/payload.inc"
#include "guest_blobs/arm64/include/interrupts.inc"
PAYLOAD
        LOAD    x8, EB_GICR_GPA + 8
BATCH
LOOP
        EVENT   ldr x9, [x8]
END_LOOP
