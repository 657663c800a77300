// Known bad, for tests: never ends the timer's interrupt, and so gets one only.
#define EB_HALT
#define EB_NO_EOI
#include "guest_blobs/x86_64/include/bad_stimer.inc"
