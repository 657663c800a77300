// A kick by a store of 4 bytes, answered by interrupt, awaited spinning.
#include "guest_blobs/arm64/include/doorbell.inc"
