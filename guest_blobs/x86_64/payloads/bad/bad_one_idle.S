// Known bad, for tests: port writes by vCPU 0. The others ring the doorbell
// without having made any.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     $EB_EVENT_PORT, %r8d
BATCH
        cmpl    $0, EB_P_CPU(%rbp)
        jne     idle
LOOP
        mov     %r8d, %edx
        EVENT   out %al, %dx
END_LOOP

idle:
        DOORBELL
        jmp     payload_batch
