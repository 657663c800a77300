// An IPI to itself by the local APIC's MSRs: tpr.
#define EB_TPR
#include "guest_blobs/include/self_ipi.inc"
