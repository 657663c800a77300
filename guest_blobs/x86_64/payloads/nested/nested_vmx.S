// L1 runs L2 by VMLAUNCH and VMRESUME (Intel SDM vol. 3C ch. 25). L2 makes the
// events, each of which L1 takes or L0 handles alone, as the VMCS says. L1 reads
// why L2 exited, counts the exits that it expects, moves RIP past L2's
// instruction and enters L2 again: by VMRESUME, or, to launch it anew, by
// VMCLEAR, VMPTRLD and VMLAUNCH.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/nested_vmx.inc"

PAYLOAD
        CHOOSE_EVENT_AND_HANDLER
        L1_BEGIN
        jmp     vmfail
l1_exit:
        READ_TSC_TO %r12
        READ_FIELD EB_VMCS_EXIT_REASON, %rcx
        cmp     EB_P_ARGS+16(%rbp), %rcx
        jne     unexpected
        COUNT_L2_EXIT
        SKIP_L2_INSTRUCTION
        jmp     *%r14
l1_resume:
        READ_TSC_TO %r13
        vmresume
        jmp     vmfail
l1_launch:
        vmclear EB_P_ARGS+8(%rbp)
        vmptrld EB_P_ARGS+8(%rbp)
        READ_TSC_TO %r13
        vmlaunch
REPORT_VMFAIL
unexpected:
        REPORT_L2_EXIT
L2_LOOP
        .section .rodata
l1_handlers:
        .quad   l1_resume, l1_launch
