// The virtual timer, awaited spinning.
#include "guest_blobs/arm64/include/timer.inc"
