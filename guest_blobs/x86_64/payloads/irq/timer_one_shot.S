// The local APIC's timer in one-shot mode, awaited halted.
#define EB_HALT
#define EB_TIMER EB_ONE_SHOT
#include "guest_blobs/x86_64/include/timer.inc"
