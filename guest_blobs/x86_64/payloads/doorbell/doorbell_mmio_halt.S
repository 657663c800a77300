// A kick by a store of 4 bytes, answered by interrupt, awaited halted.
#define EB_HALT
#define EB_KICK mov %eax, (%r8)
#include "guest_blobs/x86_64/include/doorbell.inc"
