// An IPI to itself by the local APIC's MSRs, taken at STI and HLT.
#define EB_STI
#define EB_HALT
#include "guest_blobs/x86_64/include/self_ipi.inc"
