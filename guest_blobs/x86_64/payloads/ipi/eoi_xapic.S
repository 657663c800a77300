// An end of interrupt with none in service, by the local APIC's memory window.
#define EB_XAPIC
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/interrupts.inc"
PAYLOAD
BATCH
LOOP
#if EB_EVENT
        APIC_WRITE EB_APIC_EOI, $0
        MARK
#endif
END_LOOP
