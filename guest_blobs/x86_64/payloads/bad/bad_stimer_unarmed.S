// Known bad, for tests: never sets the timer that it waits for.
#define EB_HALT
#define EB_UNARMED
#include "guest_blobs/x86_64/include/bad_stimer.inc"
