// Calls the host's service thread for an interrupt, and waits for it halted.
#define EB_HALT
#include "guest_blobs/x86_64/include/irq_call.inc"
