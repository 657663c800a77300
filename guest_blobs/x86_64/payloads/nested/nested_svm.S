// L1 runs L2 by VMRUN (AMD APM vol. 2 15.5). L2 makes the events, each of which
// L1 takes or L0 handles alone, as the VMCB says. L1 counts the exits that it
// takes, steps over L2's instruction and enters L2 again.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/nested_svm.inc"

PAYLOAD
        CHOOSE_EVENT_AND_HANDLER
        L1_BEGIN
l1_enter:
        ENTER_L2
        READ_TSC_TO %r12
        mov     EB_P_ARGS+16(%rbp), %rax
        cmp     %rax, EB_VMCB_EXIT_CODE(%r8)
        jne     unexpected
        COUNT_L2_EXIT
        jmp     *%r14
l1_skip:
        mov     EB_P_ARGS+40(%rbp), %rax
        add     %rax, EB_VMCB_RIP(%r8)
        READ_TSC_TO %r13
        jmp     l1_enter
unexpected:
        REPORT_L2_EXIT
L2_LOOP
        .section .rodata
l1_handlers:
        .quad   l1_skip
