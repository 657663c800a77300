// An SGI to itself, taken when interrupts are unmasked.
#define EB_UNMASK
#include "guest_blobs/arm64/include/self_sgi.inc"
