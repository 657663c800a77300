// The virtual timer, awaited by WFI.
#define EB_HALT
#include "guest_blobs/arm64/include/timer.inc"
