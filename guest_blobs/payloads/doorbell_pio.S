// A kick by OUT, answered by interrupt, awaited spinning.
#define EB_KICK out %al, %dx
#include "guest_blobs/include/doorbell.inc"
