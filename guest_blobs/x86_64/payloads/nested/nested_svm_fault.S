// L2 writes to a page that L1's nested page tables lack (#NPF, AMD APM vol. 2
// 15.25.6). L1 maps it, and L2 goes on. Between the events L2 calls L1 to take
// the page away again. args[1]: the entry. args[7]: its GPA.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/nested_svm.inc"

PAYLOAD
        L1_BEGIN
l1_enter:
        ENTER_L2
        READ_TSC_TO %r12
        mov     EB_VMCB_EXIT_CODE(%r8), %rax
        cmp     EB_P_ARGS+16(%rbp), %rax
        jne     1f
        COUNT_L2_EXIT
        mov     EB_P_ARGS+56(%rbp), %rcx
        mov     EB_P_ARGS+8(%rbp), %rax
        mov     %rax, (%rcx)
        movb    $0, EB_VMCB_TLB_CONTROL(%r8)
        READ_TSC_TO %r13
        jmp     l1_enter
1:      cmp     $EB_VMEXIT_VMMCALL, %rax
        jne     unexpected
        mov     EB_P_ARGS+56(%rbp), %rcx
        movq    $0, (%rcx)
        movb    $1, EB_VMCB_TLB_CONTROL(%r8)
        addq    $3, EB_VMCB_RIP(%r8)
        jmp     l1_enter
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
