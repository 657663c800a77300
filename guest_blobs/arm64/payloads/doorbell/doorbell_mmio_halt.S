// A kick by a store of 4 bytes, answered by interrupt, awaited by WFI.
#define EB_HALT
#include "guest_blobs/arm64/include/doorbell.inc"
