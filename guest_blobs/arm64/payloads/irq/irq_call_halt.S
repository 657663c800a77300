// Calls the host's service thread for an interrupt, and waits for it by WFI.
#define EB_HALT
#include "guest_blobs/arm64/include/irq_call.inc"
