// An SGI to itself, taken when the priority mask is raised.
#define EB_PMR
#include "guest_blobs/arm64/include/self_sgi.inc"
