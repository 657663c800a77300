// Makes a hypercall: number in %rax, arguments in %rbx, %rcx, %rdx, %rsi,
// answer in %rax (KVM API section 5 "KVM_EXIT_HYPERCALL";
// Documentation/virt/kvm/x86/hypercalls.rst).
//
// args[0]: its number; args[1]: 1 for VMMCALL, else VMCALL; args[2] to args[4]:
// what goes to %rbx, %rcx and %rdx; args[5]: the right answer. results[0]: the
// last answer; results[1]: how many answers of the batch were right.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r8
        mov     EB_P_ARGS+16(%rbp), %r13
        mov     EB_P_ARGS+24(%rbp), %r14
        mov     EB_P_ARGS+32(%rbp), %r15
        cmpl    $1, EB_P_ARGS+8(%rbp)
        je      use_vmmcall
        lea     call_vmcall(%rip), %r12
        jmp     payload_batch
use_vmmcall:
        lea     call_vmmcall(%rip), %r12
BATCH
        mov     %rbx, %rsi
        movq    $0, EB_P_RESULTS+8(%rbp)
LOOP
        mov     %r8, %rax
        mov     %r13, %rbx
        mov     %r14, %rcx
        mov     %r15, %rdx
        jmp     *%r12
hypercall_done:
        mov     %rax, %r9
        END_EVENT
        mov     %r9, EB_P_RESULTS(%rbp)
        cmp     EB_P_ARGS+40(%rbp), %r9
        jne     1f
        incq    EB_P_RESULTS+8(%rbp)
1:
        mov     %rsi, %rbx
        dec     %rsi
        NEXT_EVENT
call_vmcall:
        EVENT   vmcall
        jmp     hypercall_done
call_vmmcall:
        EVENT   vmmcall
        jmp     hypercall_done
