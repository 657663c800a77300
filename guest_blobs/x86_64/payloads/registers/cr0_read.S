// MOV from CR0.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mov %cr0, %rax
END_LOOP
