// An IPI to itself by the local APIC's MSRs, taken at STI and NOP.
#define EB_STI
#include "guest_blobs/x86_64/include/self_ipi.inc"
