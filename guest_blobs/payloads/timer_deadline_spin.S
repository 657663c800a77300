// The TSC deadline timer, awaited spinning.
#define EB_TIMER EB_DEADLINE
#include "guest_blobs/include/timer.inc"
