// The TSC deadline timer, awaited halted.
#define EB_HALT
#define EB_TIMER EB_DEADLINE
#include "guest_blobs/include/timer.inc"
