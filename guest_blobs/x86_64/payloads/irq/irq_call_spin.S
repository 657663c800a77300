// Calls the host's service thread for an interrupt, and spins with PAUSE
// meanwhile.
#include "guest_blobs/x86_64/include/irq_call.inc"
