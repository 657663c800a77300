// An IPI to itself by the local APIC's memory window: tpr_sti_hlt.
#define EB_XAPIC
#define EB_STI
#define EB_HALT
#define EB_TPR
#include "guest_blobs/x86_64/include/self_ipi.inc"
