// The PIT's counter 0 in mode 0, awaited halted.
#define EB_HALT
#define EB_TIMER EB_PIT
#include "guest_blobs/x86_64/include/timer.inc"
