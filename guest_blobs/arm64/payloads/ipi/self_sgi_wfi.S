// An SGI to itself, taken when interrupts are unmasked after WFI.
#define EB_UNMASK
#define EB_HALT
#include "guest_blobs/arm64/include/self_sgi.inc"
