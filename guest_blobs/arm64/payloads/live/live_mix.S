// Rounds of computing with a known mix of events, and without them: the same
// instructions less the events'. What rounds with events take longer is what the
// events cost.
//
// The number of events of a batch is that of pairs here: a block of rounds with
// events, and one of as many without. Each block has a stamp, the counter before
// its first round and after its last.
//
// args[0]: computing of a round, SUBS and B.NE so many times; args[1] to args[4]:
// how often a round makes a store to userspace and, in the upper half, a load; a
// read of ID_AA64PFR0_EL1, a hypercall, a store to the page of case memory 64 KiB
// after the last; args[6]: twice the number of lines of 64 bytes that the computing reads, from vCPU 1's
// stamps on; args[7]: rounds of a block.
//
// Registers: x8 address of MMIO, x9 number of the hypercall, x10 what is stored,
// x23 rounds left, x24 counts, x25 next page.
#include "guest_blobs/arm64/include/payload.inc"

// `before`, `event` and `after` so often as the argument at `count` says. Where
// `on` is 0 the event is left out.
.macro TIMES count, on, before, event, after
        ldr     w24, [x19, #\count]
        cbz     w24, 2f
1:      \before
        .if     \on
        \event
        .endif
        \after
        subs    w24, w24, #1
        b.ne    1b
2:
.endm

.macro ROUND on
        ldr     x24, [x19, #EB_P_ARGS]
1:      subs    x24, x24, #1
        b.ne    1b
        ldr     x24, [x19, #EB_P_ARGS+48]
        LOAD    x0, EB_STAMPS_GPA+EB_STAMPS_STRIDE
        lsr     x24, x24, #1
        cbz     x24, 6f
5:      ldr     w1, [x0], #64
        subs    x24, x24, #1
        b.ne    5b
6:
        TIMES   EB_P_ARGS+8, \on, "", "str w10, [x8]", ""
        TIMES   EB_P_ARGS+12, \on, "", "ldr w11, [x8]", ""
        TIMES   EB_P_ARGS+16, \on, "", "mrs x11, id_aa64pfr0_el1", ""
        TIMES   EB_P_ARGS+24, \on, "mov x0, x9", "hvc #0", ""
        TIMES   EB_P_ARGS+32, \on, "", "strb w10, [x25]", "add x25, x25, #\on*0x10, lsl #12"
.endm

// A block of rounds, with its stamp.
.macro BLOCK on
        ldr     x23, [x19, #EB_P_ARGS+56]
        READ_COUNTER x22
9:      ROUND   \on
        subs    x23, x23, #1
        b.ne    9b
        READ_COUNTER x0
        STORE_STAMP
.endm

PAYLOAD
        mov     x8, #EB_MMIO_GPA
        // SMCCC_VERSION, which KVM answers.
        mov     x9, #0x80000000
        mov     w10, #1
BATCH
        mov     x25, #EB_DATA_GPA
payload_pair:
        BLOCK   1
        BLOCK   0
        subs    x20, x20, #1
        b.ne    payload_pair
        DOORBELL
        b       payload_batch
