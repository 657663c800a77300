// One of SVM's instructions in an L1 that runs no L2. args[0]: GPA of a VMCB,
// which is in %rax at the event. args[3]: which instruction.
#include "guest_blobs/x86_64/include/payload.inc"
PAYLOAD
        mov     EB_P_ARGS(%rbp), %r8
        // So that VMLOAD loads what is there.
        mov     %r8, %rax
        vmsave  %rax
        mov     EB_P_ARGS+24(%rbp), %eax
        mov     events(,%rax,8), %r15
BATCH
LOOP
        mov     %r8, %rax
        xor     %ecx, %ecx
        jmp     *%r15
done:
END_LOOP
do_vmload:
        EVENT   vmload %rax
        jmp     done
do_vmsave:
        EVENT   vmsave %rax
        jmp     done
do_stgi:
        EVENT   stgi
        jmp     done
do_clgi:
        EVENT   clgi
        jmp     done
do_invlpga:
        EVENT   invlpga %rax, %ecx
        jmp     done
        .section .rodata
        .balign 8
events: .quad   do_vmload, do_vmsave, do_stgi, do_clgi, do_invlpga
