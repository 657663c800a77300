// The TSC deadline timer, awaited halted.
#define EB_HALT
#define EB_TIMER EB_DEADLINE
#include "guest_blobs/x86_64/include/timer.inc"
