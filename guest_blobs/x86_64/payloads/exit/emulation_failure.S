// A load into the FPU from unbacked memory, which KVM's emulator can't emulate.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
BATCH
        mov     $EB_MMIO_GPA, %r8d
        flds    (%r8)
        jmp     payload_batch
