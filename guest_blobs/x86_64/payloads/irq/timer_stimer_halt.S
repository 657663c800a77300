// Hyper-V's synthetic timer, awaited halted.
#define EB_HALT
#define EB_TIMER EB_STIMER
#include "guest_blobs/x86_64/include/timer.inc"
