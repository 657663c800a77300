// Spinning with PAUSE when the host's service thread raises an interrupt.
#include "guest_blobs/include/irq_call.inc"
