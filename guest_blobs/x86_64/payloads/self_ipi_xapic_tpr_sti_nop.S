// An IPI to itself by the local APIC's memory window: tpr_sti_nop.
#define EB_XAPIC
#define EB_STI
#define EB_TPR
#include "guest_blobs/x86_64/include/self_ipi.inc"
