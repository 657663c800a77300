// An IPI to itself by the local APIC's MSRs, taken at STI and NOP, CR8 lowered
// before.
#define EB_STI
#define EB_TPR
#include "guest_blobs/x86_64/include/self_ipi.inc"
