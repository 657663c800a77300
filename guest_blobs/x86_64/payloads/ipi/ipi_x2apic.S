// IPIs to other vCPUs by the local APIC's MSRs.
#include "guest_blobs/x86_64/include/ipi.inc"
