// IPIs to other vCPUs by the local APIC's MSRs.
#include "guest_blobs/include/ipi.inc"
