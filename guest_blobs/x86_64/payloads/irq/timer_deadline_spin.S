// The TSC deadline timer, awaited spinning.
#define EB_TIMER EB_DEADLINE
#include "guest_blobs/x86_64/include/timer.inc"
