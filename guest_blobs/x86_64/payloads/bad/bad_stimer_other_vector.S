// Known bad, for tests: has the timer raise a vector that nothing handles.
#define EB_HALT
#define EB_CONFIG (EB_HV_AUTO_ENABLE | EB_HV_DIRECT | EB_OTHER_VECTOR << 4)
#define EB_OTHER_VECTOR (EB_IRQ_VECTOR + 1)
#include "guest_blobs/x86_64/include/bad_stimer.inc"
