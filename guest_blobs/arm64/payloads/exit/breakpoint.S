// Runs onto BRK at once. The host has asked for breakpoints.
#include "guest_blobs/arm64/include/payload.inc"
PAYLOAD
BATCH
        brk     #0
        b       payload_batch
