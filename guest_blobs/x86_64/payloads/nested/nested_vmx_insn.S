// One of VMX's instructions in an L1 that runs no L2. args[0]: GPA of the VMXON
// region. args[1], args[2], args[4]: GPAs of VMCSs. The first is current, the
// first two take turns in VMPTRLD, the third is for VMCLEAR. args[3]: which
// instruction. args[5]: field for VMREAD and VMWRITE. args[6]: type of INVEPT
// and INVVPID. args[7]: GPA of their descriptor. results[0]: how many of the
// batch did not fail.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/nested_vmx.inc"
PAYLOAD
        VMX_ON
        vmclear EB_P_ARGS+16(%rbp)
        jbe     vmfail
        vmclear EB_P_ARGS+32(%rbp)
        jbe     vmfail
        mov     EB_P_ARGS+40(%rbp), %r8
        mov     EB_P_ARGS+48(%rbp), %r12
        mov     EB_P_ARGS+56(%rbp), %r13
        mov     EB_P_ARGS+24(%rbp), %eax
        mov     events(,%rax,8), %r15
BATCH
        movq    $0, EB_P_RESULTS(%rbp)
LOOP
        jmp     *%r15
done:
        READ_TSC_LAST
#if EB_EVENT
        jbe     vmfail
        incq    EB_P_RESULTS(%rbp)
#endif
        STORE_STAMP
        mov     EB_P_ARGS+8(%rbp), %rax
        xchg    %rax, EB_P_ARGS+16(%rbp)
        mov     %rax, EB_P_ARGS+8(%rbp)
        NEXT_EVENT
do_vmread:
        EVENT   vmread %r8, %rax
        jmp     done
do_vmwrite:
        EVENT   vmwrite %rax, %r8
        jmp     done
do_vmptrld:
        EVENT   vmptrld EB_P_ARGS+16(%rbp)
        jmp     done
do_vmclear:
        EVENT   vmclear EB_P_ARGS+32(%rbp)
        jmp     done
do_invept:
        EVENT   invept (%r13), %r12
        jmp     done
do_invvpid:
        EVENT   invvpid (%r13), %r12
        jmp     done
REPORT_VMFAIL
        .section .rodata
        .balign 8
events: .quad   do_vmread, do_vmwrite, do_vmptrld, do_vmclear, do_invept
        .quad   do_invvpid
