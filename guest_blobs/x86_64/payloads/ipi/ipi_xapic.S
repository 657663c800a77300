// IPIs to other vCPUs by the local APIC's memory window.
#define EB_XAPIC
#include "guest_blobs/x86_64/include/ipi.inc"
