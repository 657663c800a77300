// A read of ID_AA64PFR0_EL1.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mrs x8, id_aa64pfr0_el1
END_LOOP
