// Known bad, for tests: IPIs to all vCPUs, of which only vCPU 0 is there.
#define EB_IDLE
#include "guest_blobs/x86_64/include/ipi_all.inc"
