// Hyper-V's synthetic timer, awaited spinning.
#define EB_TIMER EB_STIMER
#include "guest_blobs/x86_64/include/timer.inc"
