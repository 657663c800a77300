// Known bad, for tests: gets each interrupt of the timer by a message, not in
// direct mode.
#define EB_HALT
#define EB_BY_MESSAGE
#include "guest_blobs/x86_64/include/bad_stimer.inc"
