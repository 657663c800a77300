// Spinning with PAUSE when the host's service thread raises an interrupt.
#include "guest_blobs/x86_64/include/irq_call.inc"
