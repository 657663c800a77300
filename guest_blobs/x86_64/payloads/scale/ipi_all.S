// IPIs of all vCPUs to all vCPUs.
#include "guest_blobs/x86_64/include/ipi_all.inc"
