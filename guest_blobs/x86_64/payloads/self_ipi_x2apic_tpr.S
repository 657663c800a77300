// An IPI to itself by the local APIC's MSRs: tpr.
#define EB_TPR
#include "guest_blobs/x86_64/include/self_ipi.inc"
