// An IPI to itself by the local APIC's memory window: sti_hlt.
#define EB_XAPIC
#define EB_STI
#define EB_HALT
#include "guest_blobs/x86_64/include/self_ipi.inc"
