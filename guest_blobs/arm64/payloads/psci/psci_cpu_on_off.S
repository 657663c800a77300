// Turns vCPU 1 on by PSCI, which turns itself off at once, and asks until it is
// off (Arm DEN 0022). vCPU 1 starts with its MMU off and touches no memory.
// results[0]: how often CPU_ON said that it did, over the VM's life.
#include "guest_blobs/arm64/include/payload.inc"

        .set    CPU_OFF, 0x84000002
        .set    CPU_ON, 0xc4000003
        .set    AFFINITY_INFO, 0xc4000004
        .set    IS_OFF, 1

PAYLOAD
        mov     x10, #0
        mov     x4, #1
BATCH
LOOP
#if EB_EVENT
        LOAD    x0, CPU_ON
        mov     x1, #1          // Its MPIDR_EL1.
        adr     x2, turned_on
        mov     x3, #0
        hvc     #0
        mov     x4, x0
1:      LOAD    x0, AFFINITY_INFO
        mov     x1, #1
        mov     x2, #0
        hvc     #0
        cmp     x0, #IS_OFF
        b.ne    1b
#endif
        END_EVENT
        cmp     x4, #0
        cinc    x10, x10, eq
        str     x10, [x19, #EB_P_RESULTS]
        NEXT_EVENT

turned_on:
        LOAD    x0, CPU_OFF
        hvc     #0
        b       .
