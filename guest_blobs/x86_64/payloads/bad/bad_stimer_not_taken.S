// Known bad, for tests: leaves the timer's first message in its slot, and never
// writes EOM. So no other one comes.
#define EB_HALT
#define EB_NOT_TAKEN
#include "guest_blobs/x86_64/include/bad_stimer.inc"
