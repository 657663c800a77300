// A kick by OUT, answered by interrupt, awaited spinning.
#define EB_KICK out %al, %dx
#include "guest_blobs/x86_64/include/doorbell.inc"
