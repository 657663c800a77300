// An IPI to itself by the local APIC's MSRs, taken when CR8 is lowered.
#define EB_TPR
#include "guest_blobs/x86_64/include/self_ipi.inc"
