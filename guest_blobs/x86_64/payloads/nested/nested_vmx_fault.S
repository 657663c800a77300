// L2 writes to a page that L1's EPT lacks (EPT violation, Intel SDM vol. 3C
// 29.3.3.2). L1 maps it, and L2 goes on. Between the events L2 calls L1 to take
// the page away again (INVEPT). args[3]: GPA of INVEPT's descriptor. args[6]:
// the entry. args[7]: its GPA.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/nested_vmx.inc"

PAYLOAD
        L1_BEGIN
        jmp     vmfail
l1_exit:
        READ_TSC_TO %r12
        READ_FIELD EB_VMCS_EXIT_REASON, %rcx
        cmp     EB_P_ARGS+16(%rbp), %rcx
        jne     1f
        COUNT_L2_EXIT
        mov     EB_P_ARGS+56(%rbp), %rcx
        mov     EB_P_ARGS+48(%rbp), %rax
        mov     %rax, (%rcx)
        READ_TSC_TO %r13
        vmresume
        jmp     vmfail
1:      cmp     $EB_EXIT_REASON_VMCALL, %rcx
        jne     unexpected
        SKIP_L2_INSTRUCTION
        mov     EB_P_ARGS+56(%rbp), %rcx
        movq    $0, (%rcx)
        mov     EB_P_ARGS+24(%rbp), %rcx
        mov     $1, %eax
        invept  (%rcx), %rax
        jbe     vmfail
        vmresume
REPORT_VMFAIL
unexpected:
        REPORT_L2_EXIT

l2:
BATCH
        movq    $0, EB_P_RESULTS(%rbp)
LOOP
        // L1 leaves %rsi, and L2 makes the access again.
        mov     EB_P_ARGS+32(%rbp), %rsi
        EVENT   mov %esi, (%rsi)
        END_EVENT
        STORE_L1_STAMPS
        EB_L2_CALL
        NEXT_EVENT
