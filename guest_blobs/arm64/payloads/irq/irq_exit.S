// Exits to the host, which raises an interrupt before the guest goes on.
#include "guest_blobs/arm64/include/irq_exit.inc"
