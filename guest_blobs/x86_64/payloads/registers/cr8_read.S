// MOV from CR8.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
LOOP
        EVENT   mov %cr8, %rax
END_LOOP
