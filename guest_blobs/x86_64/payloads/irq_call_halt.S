// Halted when the host's service thread raises an interrupt.
#define EB_HALT
#include "guest_blobs/x86_64/include/irq_call.inc"
