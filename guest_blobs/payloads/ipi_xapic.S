// IPIs to other vCPUs by the local APIC's memory window.
#define EB_XAPIC
#include "guest_blobs/include/ipi.inc"
