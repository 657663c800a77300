/* Classifies x86-64 instructions for traces, from their bytes.
 *
 * C, for the QEMU plugin, the converter of Bochs' log and a test in C++.
 */
#ifndef EXITBENCH_HOSTS_X86_CLASS_H_
#define EXITBENCH_HOSTS_X86_CLASS_H_

#include <stddef.h>
#include <stdint.h>

#include "hosts/trace_format.h"

/* The parts of an instruction that tell its class. Bytes that it does not have
 * are 0. */
struct EbInstruction {
  int operand_size; /* Prefix 66. */
  int repeat;       /* Prefix F2 or F3, the last one. */
  int lock;
  int rex;
  int vex; /* VEX, EVEX or XOP: none of these has a class. */
  uint8_t opcode;
  uint8_t opcode2;          /* After 0F. */
  uint8_t opcode3;          /* After 0F 38 and 0F 3A. */
  uint8_t modrm;            /* The byte after the opcode, whatever it is. */
  const uint8_t* immediate; /* Where one is if there is no ModRM byte. */
  size_t immediate_size;
};

static inline uint8_t eb_byte(const uint8_t* code, size_t size, size_t i) {
  return i < size ? code[i] : 0;
}

static inline struct EbInstruction eb_parse(const uint8_t* code, size_t size) {
  struct EbInstruction in = {0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, 0};
  size_t i = 0;
  for (; i < size; ++i) {
    const uint8_t byte = code[i];
    if (byte == 0x66) {
      in.operand_size = 1;
    } else if (byte == 0xf2 || byte == 0xf3) {
      in.repeat = byte;
    } else if (byte == 0xf0) {
      in.lock = 1;
    } else if (byte != 0x67 && byte != 0x2e && byte != 0x36 && byte != 0x3e &&
               byte != 0x26 && byte != 0x64 && byte != 0x65) {
      break;
    }
  }
  /* Alone, in code that is not of 64 bits, it is INC or DEC. */
  if (i + 1 < size && (code[i] & 0xf0) == 0x40) in.rex = code[i++];
  in.opcode = eb_byte(code, size, i++);
  if (in.opcode == 0xc4 || in.opcode == 0xc5 || in.opcode == 0x62) in.vex = 1;
  if (in.opcode == 0x8f && (eb_byte(code, size, i) & 0x38) != 0) in.vex = 1;
  if (in.opcode == 0x0f) {
    in.opcode2 = eb_byte(code, size, i++);
    if (in.opcode2 == 0x38 || in.opcode2 == 0x3a) {
      in.opcode3 = eb_byte(code, size, i++);
    }
  }
  in.modrm = eb_byte(code, size, i);
  if (i < size) {
    in.immediate = code + i;
    in.immediate_size = size - i;
  }
  return in;
}

static inline int eb_reg(const struct EbInstruction* in) {
  return in->modrm >> 3 & 7;
}

/* Whether the ModRM byte is one of memory. */
static inline int eb_memory(const struct EbInstruction* in) {
  return in->modrm >> 6 != 3;
}

/* Opcodes 0F 01: the ModRM byte is part of the opcode. */
static inline enum EbTraceClass eb_class_0f01(const struct EbInstruction* in) {
  if (eb_memory(in)) {
    return eb_reg(in) == 7 ? EB_TRACE_INVLPG : EB_TRACE_OTHER;
  }
  switch (in->modrm) {
    case 0xc2: /* VMLAUNCH */
    case 0xc3: /* VMRESUME */
    case 0xd8: /* VMRUN */
      return EB_TRACE_VMENTRY;
    case 0xda: /* VMLOAD */
    case 0xdb: /* VMSAVE */
      return EB_TRACE_VMCS;
    case 0xdc: /* STGI */
    case 0xdd: /* CLGI */
      return EB_TRACE_CLI_STI;
    case 0xdf: /* INVLPGA */
      return EB_TRACE_INVLPG;
    case 0xf9:
      return EB_TRACE_RDTSCP;
    default:
      return EB_TRACE_OTHER;
  }
}

/* Opcodes 0F AE. */
static inline enum EbTraceClass eb_class_0fae(const struct EbInstruction* in) {
  /* With a prefix they are others: CLWB, PTWRITE, RDFSBASE, TPAUSE. */
  if (in->operand_size || in->repeat) return EB_TRACE_OTHER;
  if (!eb_memory(in)) {
    return eb_reg(in) == 5 ? EB_TRACE_LFENCE : EB_TRACE_OTHER;
  }
  switch (eb_reg(in)) {
    case 0: /* FXSAVE */
    case 1: /* FXRSTOR */
    case 4: /* XSAVE */
    case 5: /* XRSTOR */
    case 6: /* XSAVEOPT */
      return EB_TRACE_FPU_STATE;
    default:
      return EB_TRACE_OTHER;
  }
}

/* Opcodes 0F C7. */
static inline enum EbTraceClass eb_class_0fc7(const struct EbInstruction* in) {
  if (!eb_memory(in)) return EB_TRACE_OTHER; /* RDRAND, RDSEED, RDPID. */
  switch (eb_reg(in)) {
    case 3: /* XRSTORS */
    case 4: /* XSAVEC */
    case 5: /* XSAVES */
      return EB_TRACE_FPU_STATE;
    case 6: /* VMPTRLD, VMCLEAR; with F3 VMXON */
      return in->repeat ? EB_TRACE_OTHER : EB_TRACE_VMCS;
    default:
      return EB_TRACE_OTHER;
  }
}

static inline enum EbTraceClass eb_class_0f(const struct EbInstruction* in) {
  switch (in->opcode2) {
    case 0x00:
      return eb_reg(in) == 5 ? EB_TRACE_VERW : EB_TRACE_OTHER;
    case 0x01:
      return eb_class_0f01(in);
    case 0x05: /* SYSCALL */
    case 0x34: /* SYSENTER */
      return EB_TRACE_SYSCALL;
    case 0x07: /* SYSRET */
    case 0x35: /* SYSEXIT */
      return EB_TRACE_SYSRET;
    case 0x09: /* WBINVD, WBNOINVD */
      return EB_TRACE_WBINVD;
    case 0x22:
      return EB_TRACE_MOV_CR;
    case 0x23:
      return EB_TRACE_MOV_DR;
    case 0x30:
      return EB_TRACE_WRMSR;
    case 0x31:
      return EB_TRACE_RDTSC;
    case 0x32:
      return EB_TRACE_RDMSR;
    case 0x38: /* INVEPT, INVVPID, INVPCID */
      return in->operand_size && in->opcode3 >= 0x80 && in->opcode3 <= 0x82
                 ? EB_TRACE_INVLPG
                 : EB_TRACE_OTHER;
    case 0x78: /* VMREAD */
    case 0x79: /* VMWRITE; with a prefix EXTRQ, INSERTQ */
      return in->operand_size || in->repeat ? EB_TRACE_OTHER : EB_TRACE_VMCS;
    case 0xa2:
      return EB_TRACE_CPUID;
    case 0xae:
      return eb_class_0fae(in);
    case 0xc7:
      return eb_class_0fc7(in);
    default:
      return EB_TRACE_OTHER;
  }
}

/* Returns the class of the instruction. Marks have none here. */
static inline enum EbTraceClass eb_class(const struct EbInstruction* in) {
  if (in->vex) return EB_TRACE_OTHER;
  if (in->lock) return EB_TRACE_ATOMIC;
  switch (in->opcode) {
    case 0x0f:
      return eb_class_0f(in);
    case 0x6c: /* INS */
    case 0x6d:
    case 0x6e: /* OUTS */
    case 0x6f:
    case 0xe4: /* IN */
    case 0xe5:
    case 0xe6: /* OUT */
    case 0xe7:
    case 0xec: /* IN */
    case 0xed:
    case 0xee: /* OUT */
    case 0xef:
      return EB_TRACE_PORT_IO;
    case 0x86: /* XCHG */
    case 0x87:
      return eb_memory(in) ? EB_TRACE_ATOMIC : EB_TRACE_OTHER;
    case 0x9d: /* POPF */
    case 0xfa: /* CLI */
    case 0xfb: /* STI */
      return EB_TRACE_CLI_STI;
    case 0xc2:
    case 0xc3:
      return EB_TRACE_RET;
    case 0xcf:
      return EB_TRACE_IRET;
    case 0xe8:
      return EB_TRACE_CALL;
    case 0xf4:
      return EB_TRACE_HLT;
    case 0xff:
      if (eb_reg(in) == 2) return EB_TRACE_CALL;
      return eb_reg(in) == 4 ? EB_TRACE_JMP_INDIRECT : EB_TRACE_OTHER;
    default:
      return EB_TRACE_OTHER;
  }
}

/* Returns whether the instruction is a mark: XCHG %bx,%bx in this encoding. */
static inline int eb_is_mark(const uint8_t* code, size_t size) {
  return size == 3 && code[0] == 0x66 && code[1] == 0x87 && code[2] == 0xdb;
}

/* What ECX has, where that is known. */
struct EbEcx {
  int known;
  uint32_t value;
};

/* Whether the register of the ModRM byte, or that of its operand, is RCX. */
static inline int eb_reg_is_ecx(const struct EbInstruction* in) {
  return eb_reg(in) == 1 && !(in->rex & 4);
}
static inline int eb_operand_is_ecx(const struct EbInstruction* in) {
  return !eb_memory(in) && (in->modrm & 7) == 1 && !(in->rex & 1);
}

/* Whether an instruction of opcode 0F leaves ECX alone. */
static inline int eb_keeps_ecx_0f(const struct EbInstruction* in) {
  const uint8_t op = in->opcode2;
  if (op >= 0x80 && op <= 0x8f) return 1;                      /* Jcc */
  if (op >= 0x90 && op <= 0x9f) return !eb_operand_is_ecx(in); /* SETcc */
  if ((op >= 0x40 && op <= 0x4f) || op == 0xaf || op == 0xb6 || op == 0xb7 ||
      op == 0xbe || op == 0xbf) {
    return !eb_reg_is_ecx(in); /* CMOVcc, IMUL, MOVZX, MOVSX */
  }
  switch (op) {
    case 0x1e: /* NOP, ENDBR */
    case 0x1f: /* NOP */
    case 0x30: /* WRMSR */
    case 0x31: /* RDTSC */
    case 0x32: /* RDMSR */
    case 0xa3: /* BT */
      return 1;
    case 0xae: /* Fences, states of the FPU. RDFSBASE writes its operand. */
      return !in->repeat;
    default:
      return 0;
  }
}

/* Whether the instruction leaves ECX alone. Not sure is no. */
static inline int eb_keeps_ecx(const struct EbInstruction* in) {
  const uint8_t op = in->opcode;
  if (in->vex || in->repeat) return 0;
  if (op == 0x0f) return eb_keeps_ecx_0f(in);
  if (op < 0x40) { /* ADD, OR, ADC, SBB, AND, SUB, XOR, CMP */
    if (op >= 0x38) return 1;
    switch (op & 7) {
      case 0:
      case 1:
        return !eb_operand_is_ecx(in);
      case 2:
      case 3:
        return !eb_reg_is_ecx(in);
      default:
        return 1;
    }
  }
  if (op >= 0x50 && op <= 0x57) return 1;                         /* PUSH */
  if (op >= 0x58 && op <= 0x5f) return op != 0x59 || in->rex & 1; /* POP */
  if (op >= 0x70 && op <= 0x7f) return 1;                         /* Jcc */
  if (op >= 0xb0 && op <= 0xbf) {                                 /* MOV */
    return in->rex & 1 || (op != 0xb1 && op != 0xb5 && op != 0xb9);
  }
  switch (op) {
    case 0x63: /* MOVSXD */
    case 0x8a: /* MOV */
    case 0x8b:
    case 0x8d: /* LEA */
      return !eb_reg_is_ecx(in);
    case 0x80: /* ADD to CMP */
    case 0x81:
    case 0x83:
    case 0x88: /* MOV */
    case 0x89:
    case 0xc0: /* Shifts */
    case 0xc1:
    case 0xc6: /* MOV */
    case 0xc7:
    case 0xd0: /* Shifts */
    case 0xd1:
    case 0xd2:
    case 0xd3:
    case 0xf6: /* TEST, NOT, NEG, MUL, DIV */
    case 0xf7:
      return !eb_operand_is_ecx(in);
    case 0x84: /* TEST */
    case 0x85:
    case 0x90: /* NOP */
    case 0xa8: /* TEST */
    case 0xa9:
    case 0xfa: /* CLI */
    case 0xfb: /* STI */
      return 1;
    default:
      return 0;
  }
}

/* Notes in `ecx` what the instruction does to it: a constant that is moved
 * there is known, as long as no other instruction may write to it. */
static inline void eb_track_ecx(struct EbEcx* ecx,
                                const struct EbInstruction* in) {
  size_t at = 0;
  int constant = 0;
  if (in->opcode == 0xb9 && !(in->rex & 9)) { /* MOV $imm32,%ecx */
    constant = in->immediate_size == 4;
  } else if (in->opcode == 0xc7 && in->modrm == 0xc1 && !(in->rex & 1)) {
    at = 1; /* MOV $imm32,%rcx */
    constant = in->immediate_size == 5;
  }
  if (constant) {
    const uint8_t* p = in->immediate + at;
    ecx->value = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
                 (uint32_t)p[3] << 24;
    ecx->known = 1;
  } else if (!eb_keeps_ecx(in)) {
    ecx->known = 0;
  }
}

static inline enum EbTraceMsr eb_msr(const struct EbEcx* ecx) {
  if (!ecx->known) return EB_TRACE_MSR_UNKNOWN;
  switch (ecx->value) {
    case 0x48:
      return EB_TRACE_MSR_SPEC_CTRL;
    case 0x49:
      return EB_TRACE_MSR_PRED_CMD;
    case 0x10b:
      return EB_TRACE_MSR_FLUSH_CMD;
    default:
      return EB_TRACE_MSR_UNKNOWN;
  }
}

/* Returns the word of an instruction at `address`. `ecx` is what is known
 * before it, and becomes what is known after it. Marks are for the caller. */
static inline uint64_t eb_word(uint64_t address, const uint8_t* code,
                               size_t size, struct EbEcx* ecx) {
  const struct EbInstruction in = eb_parse(code, size);
  const enum EbTraceClass class_ = eb_class(&in);
  uint64_t word = (address & EB_TRACE_ADDRESS_MASK) |
                  (uint64_t)class_ << EB_TRACE_CLASS_SHIFT;
  if (class_ == EB_TRACE_WRMSR || class_ == EB_TRACE_RDMSR) {
    word |= (uint64_t)eb_msr(ecx) << EB_TRACE_DETAIL_SHIFT;
  }
  eb_track_ecx(ecx, &in);
  return word;
}

#endif /* EXITBENCH_HOSTS_X86_CLASS_H_ */
