// Calls the host's service thread for an interrupt, and spins meanwhile.
#include "guest_blobs/arm64/include/irq_call.inc"
