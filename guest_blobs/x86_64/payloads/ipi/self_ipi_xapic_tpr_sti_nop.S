// An IPI to itself by the local APIC's memory window, taken at STI and NOP, CR8
// lowered before.
#define EB_XAPIC
#define EB_STI
#define EB_TPR
#include "guest_blobs/x86_64/include/self_ipi.inc"
