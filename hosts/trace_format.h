/* The trace of an emulated host: what it executed between marks.
 *
 * hosts/qemu_trace.c and hosts/bochs_trace.c write it, profile/trace reads it.
 * C, so that all three share it. Numbers are little-endian.
 *
 * A trace starts with EB_TRACE_MAGIC and a word for its emulator. Then each
 * instruction is one word, in the order of execution, on a host with one CPU.
 * What is executed outside marks is left out. Of instructions that follow each
 * other as they did before only the number is written: EB_TRACE_AS_BEFORE.
 */
#ifndef EXITBENCH_HOSTS_TRACE_FORMAT_H_
#define EXITBENCH_HOSTS_TRACE_FORMAT_H_

#include <stdint.h>

/* The most instructions between two marks. What comes after them is left out,
 * and exitbench does not mark an event that is longer. */
#define EB_TRACE_MOST_INSTRUCTIONS 4000000

/* "EBTRACE2" */
#define EB_TRACE_MAGIC UINT64_C(0x3245434152544245)

/* The second word. */
enum EbTraceEmulator {
  EB_TRACE_QEMU = 1,
  EB_TRACE_BOCHS = 2,
  EB_TRACE_QEMU_ARM64 = 3,
};

/* Bits 0 to 47: the address. Bit 47 is set in the kernel's half, and only
 * there. Code of the kernel that EL2 of arm64 maps elsewhere has the address of
 * EL1. */
#define EB_TRACE_ADDRESS_MASK UINT64_C(0xffffffffffff)
#define EB_TRACE_KERNEL_BIT (UINT64_C(1) << 47)

/* Bits 48 to 55: what kind of instruction it is. */
#define EB_TRACE_CLASS_SHIFT 48
/* Bits 56 to 63: details of the kind. */
#define EB_TRACE_DETAIL_SHIFT 56

enum EbTraceClass {
  EB_TRACE_OTHER = 0,
  /* Control flow. */
  EB_TRACE_CALL = 1, /* Near CALL, direct or indirect. */
  EB_TRACE_RET = 2,
  EB_TRACE_JMP_INDIRECT = 3,
  EB_TRACE_IRET = 4,
  EB_TRACE_SYSCALL = 5,
  EB_TRACE_SYSRET = 6,
  EB_TRACE_VMENTRY = 7, /* VMRUN, VMLAUNCH, VMRESUME. */
  /* Reads of the clock: stamps. */
  EB_TRACE_RDTSC = 8,
  EB_TRACE_RDTSCP = 9,
  EB_TRACE_HLT = 10,
  /* Costly on hardware, one instruction here. */
  EB_TRACE_WRMSR = 16, /* Detail: enum EbTraceMsr. */
  EB_TRACE_RDMSR = 17, /* Detail: enum EbTraceMsr. */
  EB_TRACE_VERW = 18,
  EB_TRACE_LFENCE = 19,
  EB_TRACE_INVLPG = 20, /* INVLPG, INVLPGA, INVPCID, INVEPT, INVVPID. */
  EB_TRACE_WBINVD = 21,
  EB_TRACE_ATOMIC = 22, /* LOCK prefix, or XCHG with memory. */
  EB_TRACE_MOV_CR = 23, /* MOV to a control register. */
  EB_TRACE_MOV_DR = 24, /* MOV to a debug register. */
  EB_TRACE_VMCS = 25,   /* VMREAD, VMWRITE, VMPTRLD, VMCLEAR, VMLOAD, VMSAVE. */
  EB_TRACE_FPU_STATE = 26, /* XSAVE and XRSTOR of any form, FXSAVE, FXRSTOR. */
  EB_TRACE_CLI_STI = 27,   /* CLI, STI, CLGI, STGI, POPF. */
  EB_TRACE_PORT_IO = 28,   /* IN, OUT, INS, OUTS. */
  EB_TRACE_CPUID = 29,
  /* Of arm64, where they are no class above. There CALL is BL and BLR,
   * JMP_INDIRECT is BR, IRET is ERET, also to a guest, SYSCALL is SVC, RDTSC is
   * a read of CNTVCT_EL0 or CNTVCTSS_EL0, HLT is WFI, LFENCE is SB and CSDB,
   * and ATOMIC is one of LSE or an exclusive store. */
  EB_TRACE_SYSREG_WRITE = 32, /* MSR, but of what is as cheap as a register. */
  EB_TRACE_SYSREG_READ = 33,  /* MRS, likewise. */
  EB_TRACE_DSB = 34,
  EB_TRACE_ISB = 35,
  EB_TRACE_DMB = 36,
  EB_TRACE_TLBI = 37,
  EB_TRACE_CACHE = 38, /* DC, IC. */
  EB_TRACE_DAIF = 39,  /* Masks or unmasks interrupts. */
  EB_TRACE_HVC = 40,   /* HVC, SMC. */
  /* Not instructions. */
  EB_TRACE_MARK_BEGIN = 64, /* The batch begins. */
  EB_TRACE_MARK_END = 65,
  /* More was executed before the end mark than a batch may have: the address
   * bits say how many instructions were left out. */
  EB_TRACE_CUT = 66,
  /* The address bits say how many instructions come here that are each the one
   * in the slot of the one before: see eb_trace_slot(). */
  EB_TRACE_AS_BEFORE = 67,
};

/* Slots of a table of what came after an instruction when it was last
 * executed. Who writes and who reads has one each, of zeros at first. It stays
 * from batch to batch. */
#define EB_TRACE_SLOTS (1 << 16)

/* Returns the slot of what comes after `word`, or after a mark if that is 0. An
 * instruction that is written goes there. */
static inline uint32_t eb_trace_slot(uint64_t word) {
  return (uint32_t)(word * UINT64_C(0x9e3779b97f4a7c15) >> 48);
}

/* The MSR of a WRMSR or RDMSR, where the same block of instructions loads its
 * number as a constant. */
enum EbTraceMsr {
  EB_TRACE_MSR_UNKNOWN = 0,
  EB_TRACE_MSR_SPEC_CTRL = 1, /* 0x48 */
  EB_TRACE_MSR_PRED_CMD = 2,  /* 0x49: IBPB */
  EB_TRACE_MSR_FLUSH_CMD = 3, /* 0x10b: flush of the L1 data cache */
};

/* After the begin mark, exitbench spells the name of its case: a call into a
 * page of RETs for each letter, at the offset of its code (on arm64, whose
 * instructions have four bytes, at four times that), then one at offset 0. The
 * words up to the RET at offset 0 are the name. A case whose event is a call of
 * the host has marks around each call, so its name is there often. */
#define EB_TRACE_NAME_MASK UINT64_C(0xfff)

#endif /* EXITBENCH_HOSTS_TRACE_FORMAT_H_ */
