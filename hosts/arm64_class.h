/* Classifies A64 instructions for traces, from their words.
 *
 * C, for the QEMU plugin and a test in C++. Encodings are those of the Arm
 * Architecture Reference Manual, DDI 0487, chapter C4.
 */
#ifndef EXITBENCH_HOSTS_ARM64_CLASS_H_
#define EXITBENCH_HOSTS_ARM64_CLASS_H_

#include <stddef.h>
#include <stdint.h>

#include "hosts/trace_format.h"

/* Branches to a register: BR, BLR, RET, ERET, and those that authenticate. */
static inline enum EbTraceClass eb_arm64_branch(uint32_t word) {
  switch (word >> 21 & 0xf) {
    case 0x0: /* BR */
    case 0x8: /* BRAA, BRAB with a modifier */
      return EB_TRACE_JMP_INDIRECT;
    case 0x1: /* BLR */
    case 0x9: /* BLRAA, BLRAB with a modifier */
      return EB_TRACE_CALL;
    case 0x2: /* RET */
      return EB_TRACE_RET;
    case 0x4: /* ERET */
      return EB_TRACE_IRET;
    default:
      return EB_TRACE_OTHER;
  }
}

/* Barriers. SB, SSBB and PSSBB are against speculation. */
static inline enum EbTraceClass eb_arm64_barrier(uint32_t word) {
  const uint32_t option = word >> 8 & 0xf;
  switch (word >> 5 & 7) {
    case 1: /* DSB with nXS */
      return EB_TRACE_DSB;
    case 4: /* DSB; with SY left out SSBB and PSSBB */
      return option == 0 || option == 4 ? EB_TRACE_LFENCE : EB_TRACE_DSB;
    case 5:
      return EB_TRACE_DMB;
    case 6:
      return EB_TRACE_ISB;
    case 7:
      return EB_TRACE_LFENCE; /* SB */
    default:
      return EB_TRACE_OTHER;
  }
}

/* A system register as op0:op1:CRn:CRm:op2. */
#define EB_ARM64_REGISTER(op0, op1, crn, crm, op2) \
  ((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

/* MSR and MRS of a register. */
static inline enum EbTraceClass eb_arm64_register(uint32_t word) {
  const int reads = word >> 21 & 1;
  switch (word >> 5 & 0xffff) {
    case EB_ARM64_REGISTER(3, 3, 14, 0, 2): /* CNTVCT_EL0 */
    case EB_ARM64_REGISTER(3, 3, 14, 0, 6): /* CNTVCTSS_EL0 */
      return EB_TRACE_RDTSC;
    case EB_ARM64_REGISTER(3, 3, 4, 2, 1): /* DAIF */
      return reads ? EB_TRACE_OTHER : EB_TRACE_DAIF;
    case EB_ARM64_REGISTER(3, 3, 4, 2, 0):  /* NZCV: the flags. */
    case EB_ARM64_REGISTER(3, 0, 4, 1, 0):  /* SP_EL0: the current task. */
    case EB_ARM64_REGISTER(3, 3, 13, 0, 2): /* TPIDR_EL0, TPIDR_EL1 and */
    case EB_ARM64_REGISTER(3, 0, 13, 0, 4): /* TPIDR_EL2: per-CPU data. */
    case EB_ARM64_REGISTER(3, 4, 13, 0, 2):
      return EB_TRACE_OTHER;
    default:
      return reads ? EB_TRACE_SYSREG_READ : EB_TRACE_SYSREG_WRITE;
  }
}

/* SYS: instructions on caches and TLBs. */
static inline enum EbTraceClass eb_arm64_sys(uint32_t word) {
  switch (word >> 12 & 0xf) {
    case 8: /* TLBI; CRn is 9 with nXS */
    case 9:
      return EB_TRACE_TLBI;
    case 7: /* IC, DC, AT */
      return (word >> 8 & 0xe) == 8 ? EB_TRACE_OTHER : EB_TRACE_CACHE;
    default:
      return EB_TRACE_OTHER;
  }
}

/* Words that begin with 1101 0101 00: hints, barriers, PSTATE, SYS, MSR, MRS.
 */
static inline enum EbTraceClass eb_arm64_system(uint32_t word) {
  switch (word >> 19 & 3) {
    case 0:
      if ((word >> 12 & 0xf) == 2) { /* Hints. */
        /* WFI, CSDB */
        if ((word & 0xfff) == 0x07f) return EB_TRACE_HLT;
        return (word & 0xfff) == 0x29f ? EB_TRACE_LFENCE : EB_TRACE_OTHER;
      }
      if ((word >> 12 & 0xf) == 3) return eb_arm64_barrier(word);
      if ((word >> 12 & 0xf) == 4 && (word >> 16 & 7) == 3 &&
          (word >> 5 & 6) == 6) {
        return EB_TRACE_DAIF; /* DAIFSet, DAIFClr */
      }
      return EB_TRACE_OTHER;
    case 1:
      return eb_arm64_sys(word);
    default:
      return eb_arm64_register(word);
  }
}

/* Loads and stores that are atomic: of a pair of LDXR and STXR the store, which
 * makes it one. */
static inline int eb_arm64_is_atomic(uint32_t word) {
  /* STXR, STLXR, STXP, STLXP: exclusive stores; CASP shares their space. */
  if ((word & 0x3f000000) == 0x08000000) {
    const int o2 = word >> 23 & 1, load = word >> 22 & 1, o1 = word >> 21 & 1;
    if (o2) return o1;             /* CAS; else LDAR and STLR */
    if (!o1) return !load;         /* STXR, STLXR */
    return word >> 31 ? !load : 1; /* STXP, STLXP; CASP */
  }
  /* LDADD to LDUMIN and SWP; LDAPR shares their space. */
  if ((word & 0x3f200c00) == 0x38200000) {
    return (word >> 12 & 0xf) != 0xc;
  }
  return 0;
}

/* Returns the class of an instruction. */
static inline enum EbTraceClass eb_arm64_class(uint32_t word) {
  if ((word & 0xfc000000) == 0x94000000) return EB_TRACE_CALL; /* BL */
  if ((word & 0xfe000000) == 0xd6000000) return eb_arm64_branch(word);
  if ((word & 0xff000000) == 0xd4000000) {
    switch (word & 0xe0001f) {
      case 1:
        return EB_TRACE_SYSCALL; /* SVC */
      case 2:                    /* HVC */
      case 3:                    /* SMC */
        return EB_TRACE_HVC;
      default:
        return EB_TRACE_OTHER;
    }
  }
  if ((word & 0xffc00000) == 0xd5000000) return eb_arm64_system(word);
  return eb_arm64_is_atomic(word) ? EB_TRACE_ATOMIC : EB_TRACE_OTHER;
}

/* Returns the instruction in `code`, in memory order; 0, which is none, unless
 * it has four bytes. */
static inline uint32_t eb_arm64_word(const uint8_t* code, size_t size) {
  if (size != 4) return 0;
  return (uint32_t)code[0] | (uint32_t)code[1] << 8 | (uint32_t)code[2] << 16 |
         (uint32_t)code[3] << 24;
}

/* Returns whether the instruction is a mark: HINT #127. */
static inline int eb_arm64_is_mark(uint32_t word) {
  return word == UINT32_C(0xd5032fff);
}

/* Returns the address as traces have it. Bit 63 tells the kernel's half; the
 * others have bit 47 too, where addresses have 48 bits. */
static inline uint64_t eb_arm64_address(uint64_t address) {
  const uint64_t low = address & (EB_TRACE_KERNEL_BIT - 1);
  return address >> 63 ? low | EB_TRACE_KERNEL_BIT : low;
}

/* Returns the word of a trace for the instruction `word` at `address`. */
static inline uint64_t eb_arm64_trace_word(uint64_t address, uint32_t word) {
  return eb_arm64_address(address) | (uint64_t)eb_arm64_class(word)
                                         << EB_TRACE_CLASS_SHIFT;
}

#endif /* EXITBENCH_HOSTS_ARM64_CLASS_H_ */
