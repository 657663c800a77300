// Reports an exception that the payload does not handle: writes it to the
// parameter block and rings the fault port. Each vector has a stub of 16 bytes
// from EB_STUBS_GPA on. They run in ring 0, on the vCPU's ring 0 stack.
#include "guest_blobs/x86_64/abi.h"

        .code64
        .section .header, "a"
        .text
        .globl  payload_entry
payload_entry:
        .set    vector, 0
        .rept   256
        .balign 16
        // #DF #TS #NP #SS #GP #PF #AC #CP #VC #SX push an error code.
        .if     !(vector == 8 || (vector >= 10 && vector <= 14) || \
                  vector == 17 || vector == 21 || vector == 29 || vector == 30)
        push    $0
        .endif
        push    $vector
        jmp     report
        .set    vector, vector + 1
        .endr

report:
        pop     %rax
        mov     %rax, %gs:EB_P_FAULT_VECTOR
        pop     %rax
        mov     %rax, %gs:EB_P_FAULT_ERROR
        pop     %rax
        mov     %rax, %gs:EB_P_FAULT_PC
        pop     %rax
        mov     %rax, %gs:EB_P_FAULT_MODE
        mov     %cr2, %rax
        mov     %rax, %gs:EB_P_FAULT_ADDRESS
        mov     $EB_FAULT_PORT, %edx
        out     %eax, %dx
1:      jmp     1b
