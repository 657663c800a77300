// An IPI to itself by KVM_HC_SEND_IPI, taken at the entry that ends the
// hypercall's exit (Documentation/virt/kvm/x86/hypercalls.rst).
//
// args[0]: 1 for VMMCALL, else VMCALL. results[1]: arrivals, over the VM's life.
#include "guest_blobs/x86_64/include/payload.inc"
#include "guest_blobs/x86_64/include/interrupts.inc"

#define EB_HC_SEND_IPI 10

HANDLER EB_IPI_VECTOR, on_ipi

PAYLOAD
        xor     %r12d, %r12d
        lea     call_vmcall(%rip), %r13
        cmpl    $1, EB_P_ARGS(%rbp)
        jne     payload_batch
        lea     call_vmmcall(%rip), %r13
BATCH
        mov     %rbx, %r8
LOOP
#if EB_EVENT
        inc     %r12
#endif
        mov     $EB_HC_SEND_IPI, %eax
        mov     $1, %ebx
        xor     %ecx, %ecx
        xor     %edx, %edx
        mov     $EB_IPI_VECTOR, %esi
        jmp     *%r13
called:
#if EB_EVENT
1:      cmp     %r12, EB_P_RESULTS+8(%rbp)
        jne     1b
#endif
        END_EVENT
        mov     %r8, %rbx
        dec     %r8
        NEXT_EVENT
call_vmcall:
        EVENT   vmcall
        jmp     called
call_vmmcall:
        EVENT   vmmcall
        jmp     called

on_ipi:
        incq    EB_P_RESULTS+8(%rbp)
        APIC_WRITE EB_APIC_EOI, $0
        iretq
