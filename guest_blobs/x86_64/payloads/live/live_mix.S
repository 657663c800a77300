// Rounds of computing with a known mix of events, and without them: the same
// instructions less the events'. What rounds with events take longer is what the
// events cost.
//
// The number of events of a batch is that of pairs here: a block of rounds with
// events, and one of as many without. Each block has a stamp, the TSC before its
// first round and after its last.
//
// args[0]: computing of a round, DEC and JNZ so many times; args[1] to args[5]:
// how often a round makes an OUT to userspace and, in the upper half, an IN; a
// store to userspace and, in the upper half, a load; a CPUID, a hypercall, a store
// to the page of case memory 32 KiB after the last; args[6]: twice the number of lines of 64 bytes that the computing reads, from vCPU 1's
// stamps on, plus 1 for VMMCALL in place of VMCALL; args[7]: rounds of a block.
//
// Registers that nothing changes: %r13 port, %r14 address of MMIO, %r10 number of
// the hypercall. %r15 rounds left, %rsi next page, %rdi next stamp.
#include "guest_blobs/x86_64/include/payload.inc"

// `before`, `event` and `after` so often as the argument at `count` says. Where
// `on` is 0 the event is left out.
.macro TIMES count, on, before, event, after
        mov     \count(%rbp), %r12d
        test    %r12d, %r12d
        jz      2f
1:      \before
        .if     \on
        \event
        .endif
        \after
        dec     %r12d
        jnz     1b
2:
.endm

.macro ROUND on
        mov     EB_P_ARGS(%rbp), %r12
1:      dec     %r12
        jnz     1b
        mov     EB_P_ARGS+48(%rbp), %rcx
        mov     $EB_STAMPS_GPA+EB_STAMPS_STRIDE, %edx
        shr     %rcx
        jz      6f
5:      mov     (%rdx), %eax
        add     $64, %rdx
        dec     %rcx
        jnz     5b
6:
        TIMES   EB_P_ARGS+8, \on, "mov %r13d, %edx", "out %al, %dx"
        TIMES   EB_P_ARGS+12, \on, "mov %r13d, %edx", "in %dx, %al"
        TIMES   EB_P_ARGS+16, \on, "mov %r14, %r8", "mov %eax, (%r8)"
        TIMES   EB_P_ARGS+20, \on, "mov %r14, %r8", "mov (%r8), %eax"
        // Leaf 0, which overwrites %rbx and more.
        TIMES   EB_P_ARGS+24, \on, "xor %eax, %eax; xor %ecx, %ecx", "cpuid"
        testl   $1, EB_P_ARGS+48(%rbp)
        jnz     3f
        TIMES   EB_P_ARGS+32, \on, "mov %r10, %rax", "vmcall"
        jmp     4f
3:      TIMES   EB_P_ARGS+32, \on, "mov %r10, %rax", "vmmcall"
4:      TIMES   EB_P_ARGS+40, \on, "", "movb $1, (%rsi)", "add $\on*0x8000, %rsi"
.endm

// A block of rounds, with its stamp.
.macro BLOCK on
        mov     EB_P_ARGS+56(%rbp), %r15
        STAMP
9:      ROUND   \on
        dec     %r15
        jnz     9b
        STAMP
.endm

.macro STAMP
        rdtsc
        mov     %eax, (%rdi)
        mov     %edx, 4(%rdi)
        add     $8, %rdi
.endm

PAYLOAD
        mov     $EB_EVENT_PORT, %r13d
        mov     $EB_MMIO_GPA, %r14d
        mov     $0x4558, %r10d
payload_batch:
        mov     EB_P_STAMPS(%rbp), %rdi
        mov     $EB_DATA_GPA, %esi
payload_pair:
        BLOCK   1
        BLOCK   0
        decq    EB_P_EVENTS(%rbp)
        jnz     payload_pair
        DOORBELL
        jmp     payload_batch
