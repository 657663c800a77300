// Runs onto UD2 at once, which is a triple fault where the IDT is empty.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        ud2
        jmp     payload_batch
