// The same as irq_exit, but the handler exits between the interrupt's
// acknowledgement and its end.
#define EB_EXIT_BETWEEN
#include "guest_blobs/arm64/include/irq_exit.inc"
