#include "hosts/x86_class.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace {

// The bytes that the assembler makes of an instruction, which is not executed.
// Operands are written as in an asm statement: %%eax.
#define CODE(text)                                                        \
  [] {                                                                    \
    const char *begin, *end;                                              \
    asm(".pushsection .rodata\n771: " text                                \
        "\n772:\n.popsection\nleaq 771b(%%rip), %0\nleaq 772b(%%rip), %1" \
        : "=r"(begin), "=r"(end));                                        \
    return std::string(begin, end);                                       \
  }()

uint64_t WordOf(const std::string& code, EbEcx& ecx, uint64_t address = 0) {
  return eb_word(address, reinterpret_cast<const uint8_t*>(code.data()),
                 code.size(), &ecx);
}

int ClassOf(const std::string& code) {
  EbEcx ecx = {0, 0};
  return static_cast<int>(WordOf(code, ecx) >> EB_TRACE_CLASS_SHIFT & 0xff);
}

bool IsMark(const std::string& code) {
  return eb_is_mark(reinterpret_cast<const uint8_t*>(code.data()),
                    code.size()) != 0;
}

struct Row {
  const char* text;
  std::string code;
  EbTraceClass expected;
};
#define ROW(text, expected) \
  Row { text, CODE(text), expected }

TEST(X86Class, OfWhatTheAssemblerMakes) {
  const std::vector<Row> rows = {
      ROW("call .+100", EB_TRACE_CALL),
      ROW("call *%%rax", EB_TRACE_CALL),
      ROW("call *%%r11", EB_TRACE_CALL),
      ROW("call *8(%%rax,%%rbx,4)", EB_TRACE_CALL),
      ROW("notrack call *%%rax", EB_TRACE_CALL),
      ROW(".byte 0x2e\ncall .+100", EB_TRACE_CALL),
      ROW("lcall *(%%rax)", EB_TRACE_OTHER),
      ROW("ret", EB_TRACE_RET),
      ROW("rep ret", EB_TRACE_RET),
      ROW("ret $8", EB_TRACE_RET),
      ROW("jmp *%%rax", EB_TRACE_JMP_INDIRECT),
      ROW("jmp *%%r8", EB_TRACE_JMP_INDIRECT),
      ROW("jmp *foo(,%%rax,8)\nfoo=0", EB_TRACE_JMP_INDIRECT),
      ROW("ljmp *(%%rax)", EB_TRACE_OTHER),
      ROW("jmp .+100", EB_TRACE_OTHER),
      ROW("jmp .+1000", EB_TRACE_OTHER),
      ROW("jne .+100", EB_TRACE_OTHER),
      ROW("push (%%rax)", EB_TRACE_OTHER),
      ROW("incl (%%rax)", EB_TRACE_OTHER),
      ROW("iretl", EB_TRACE_IRET),
      ROW("iretq", EB_TRACE_IRET),
      ROW("syscall", EB_TRACE_SYSCALL),
      ROW("sysenter", EB_TRACE_SYSCALL),
      ROW("sysretl", EB_TRACE_SYSRET),
      ROW("sysretq", EB_TRACE_SYSRET),
      ROW("sysexitl", EB_TRACE_SYSRET),
      ROW("vmlaunch", EB_TRACE_VMENTRY),
      ROW("vmresume", EB_TRACE_VMENTRY),
      ROW("vmrun", EB_TRACE_VMENTRY),
      ROW("vmcall", EB_TRACE_OTHER),
      ROW("vmmcall", EB_TRACE_OTHER),
      ROW("swapgs", EB_TRACE_OTHER),
      ROW("xgetbv", EB_TRACE_OTHER),
      ROW("rdtsc", EB_TRACE_RDTSC),
      ROW("rdtscp", EB_TRACE_RDTSCP),
      ROW("hlt", EB_TRACE_HLT),
      ROW("wrmsr", EB_TRACE_WRMSR),
      ROW("rdmsr", EB_TRACE_RDMSR),
      ROW("rdpmc", EB_TRACE_OTHER),
      ROW("verw %%ax", EB_TRACE_VERW),
      ROW("verw 16(%%rip)", EB_TRACE_VERW),
      ROW("verr %%ax", EB_TRACE_OTHER),
      ROW("str %%eax", EB_TRACE_OTHER),
      ROW("lfence", EB_TRACE_LFENCE),
      ROW("mfence", EB_TRACE_OTHER),
      ROW("sfence", EB_TRACE_OTHER),
      ROW("invlpg (%%rax)", EB_TRACE_INVLPG),
      ROW("invlpga", EB_TRACE_INVLPG),
      ROW("invpcid (%%rax), %%rbx", EB_TRACE_INVLPG),
      ROW("invept (%%rax), %%rbx", EB_TRACE_INVLPG),
      ROW("invvpid (%%rax), %%r9", EB_TRACE_INVLPG),
      ROW("lgdt (%%rax)", EB_TRACE_OTHER),
      ROW("smsw %%eax", EB_TRACE_OTHER),
      ROW("pshufb (%%rax), %%xmm1", EB_TRACE_OTHER),
      ROW("wbinvd", EB_TRACE_WBINVD),
      ROW("wbnoinvd", EB_TRACE_WBINVD),
      ROW("lock addl $0, -4(%%rsp)", EB_TRACE_ATOMIC),
      ROW("lock cmpxchg %%rcx, (%%rdx)", EB_TRACE_ATOMIC),
      ROW("lock btsq $1, (%%rdx)", EB_TRACE_ATOMIC),
      ROW("lock cmpxchg16b (%%rdx)", EB_TRACE_ATOMIC),
      ROW("gs lock incl 8(%%rdx)", EB_TRACE_ATOMIC),
      ROW("xchg %%eax, (%%rdx)", EB_TRACE_ATOMIC),
      ROW("xchg %%al, (%%rdx)", EB_TRACE_ATOMIC),
      ROW("xchg %%rbx, %%rdx", EB_TRACE_OTHER),
      ROW("cmpxchg %%rcx, (%%rdx)", EB_TRACE_OTHER),
      ROW("mov %%rax, %%cr3", EB_TRACE_MOV_CR),
      ROW("mov %%rax, %%cr8", EB_TRACE_MOV_CR),
      ROW("mov %%cr3, %%rax", EB_TRACE_OTHER),
      ROW("mov %%rax, %%dr7", EB_TRACE_MOV_DR),
      ROW("mov %%dr7, %%rax", EB_TRACE_OTHER),
      ROW("vmread %%rax, %%rbx", EB_TRACE_VMCS),
      ROW("vmwrite %%rax, %%r10", EB_TRACE_VMCS),
      ROW("vmptrld (%%rax)", EB_TRACE_VMCS),
      ROW("vmclear (%%rax)", EB_TRACE_VMCS),
      ROW("vmload", EB_TRACE_VMCS),
      ROW("vmsave", EB_TRACE_VMCS),
      ROW("vmxon (%%rax)", EB_TRACE_OTHER),
      ROW("vmptrst (%%rax)", EB_TRACE_OTHER),
      ROW("extrq %%xmm1, %%xmm2", EB_TRACE_OTHER),
      ROW("insertq %%xmm1, %%xmm2", EB_TRACE_OTHER),
      ROW("fxsave (%%rax)", EB_TRACE_FPU_STATE),
      ROW("fxrstor64 (%%rax)", EB_TRACE_FPU_STATE),
      ROW("xsave (%%rax)", EB_TRACE_FPU_STATE),
      ROW("xsaveopt64 (%%rax)", EB_TRACE_FPU_STATE),
      ROW("xsavec (%%rax)", EB_TRACE_FPU_STATE),
      ROW("xsaves64 (%%rax)", EB_TRACE_FPU_STATE),
      ROW("xrstor (%%rax)", EB_TRACE_FPU_STATE),
      ROW("xrstors64 (%%rax)", EB_TRACE_FPU_STATE),
      ROW("ldmxcsr (%%rax)", EB_TRACE_OTHER),
      ROW("clflush (%%rax)", EB_TRACE_OTHER),
      ROW("clflushopt (%%rax)", EB_TRACE_OTHER),
      ROW("clwb (%%rax)", EB_TRACE_OTHER),
      ROW("rdfsbase %%rax", EB_TRACE_OTHER),
      ROW("wrgsbase %%rbp", EB_TRACE_OTHER),
      ROW("rdrand %%rbx", EB_TRACE_OTHER),
      ROW("rdseed %%rbx", EB_TRACE_OTHER),
      ROW("rdpid %%rbx", EB_TRACE_OTHER),
      ROW("cli", EB_TRACE_CLI_STI),
      ROW("sti", EB_TRACE_CLI_STI),
      ROW("clgi", EB_TRACE_CLI_STI),
      ROW("stgi", EB_TRACE_CLI_STI),
      ROW("popfq", EB_TRACE_CLI_STI),
      ROW("pushfq", EB_TRACE_OTHER),
      ROW("in %%dx, %%eax", EB_TRACE_PORT_IO),
      ROW("inb $0x80, %%al", EB_TRACE_PORT_IO),
      ROW("in %%dx, %%ax", EB_TRACE_PORT_IO),
      ROW("out %%al, %%dx", EB_TRACE_PORT_IO),
      ROW("outl %%eax, $0x80", EB_TRACE_PORT_IO),
      ROW("rep insb", EB_TRACE_PORT_IO),
      ROW("rep outsl", EB_TRACE_PORT_IO),
      ROW("cpuid", EB_TRACE_CPUID),
      ROW("nop", EB_TRACE_OTHER),
      ROW("pause", EB_TRACE_OTHER),
      ROW("endbr64", EB_TRACE_OTHER),
      ROW("nopw 0(%%rax,%%rax)", EB_TRACE_OTHER),
      ROW("mov $0xc3, %%al", EB_TRACE_OTHER),
      ROW("mov $0x300f, %%eax", EB_TRACE_OTHER),
      ROW("vmovdqu (%%rax), %%ymm1", EB_TRACE_OTHER),
      ROW("vldmxcsr (%%rax)", EB_TRACE_OTHER),
      ROW("vzeroupper", EB_TRACE_OTHER),
      ROW("vmovdqu64 (%%rax), %%zmm1", EB_TRACE_OTHER),
  };
  for (const Row& row : rows) {
    EXPECT_EQ(ClassOf(row.code), row.expected) << row.text;
  }
}

// What is 64-bit code's prefix is an instruction to other guests.
TEST(X86Class, CodeThatIsNotOf64Bits) {
  EXPECT_EQ(ClassOf("\x41"), EB_TRACE_OTHER);  // inc %ecx
  EXPECT_EQ(ClassOf("\xee"), EB_TRACE_PORT_IO);
  EXPECT_EQ(ClassOf(std::string("\xe6\x00", 2)), EB_TRACE_PORT_IO);
  EXPECT_EQ(ClassOf("\x66\xef"), EB_TRACE_PORT_IO);
}

// A translator may hand over no more than it has.
TEST(X86Class, NothingIsReadBeyondTheEnd) {
  for (const std::string code :
       {"", "\x66", "\xf0", "\x0f", "\x0f\x01", "\x0f\x38", "\xff", "\x48"}) {
    EXPECT_NE(ClassOf(code), EB_TRACE_CALL);
  }
}

TEST(X86Class, MarksAreOneEncodingOfOneInstruction) {
  EXPECT_TRUE(IsMark(CODE("xchg %%bx, %%bx")));
  EXPECT_FALSE(IsMark(CODE("xchg %%ebx, %%ebx")));
  EXPECT_FALSE(IsMark(CODE("xchg %%rbx, %%rbx")));
  EXPECT_FALSE(IsMark(CODE("xchg %%cx, %%cx")));
  EXPECT_FALSE(IsMark("\x66\x87"));
}

TEST(X86Class, AWordHasItsAddress) {
  EbEcx ecx = {0, 0};
  const uint64_t word = WordOf(CODE("call *%%rax"), ecx, 0xffffffff81234567);
  EXPECT_EQ(word & EB_TRACE_ADDRESS_MASK, 0xffff81234567u);
  EXPECT_NE(word & EB_TRACE_KERNEL_BIT, 0u);
  EXPECT_EQ(word >> EB_TRACE_CLASS_SHIFT & 0xff, EB_TRACE_CALL);
  EXPECT_EQ(word >> EB_TRACE_DETAIL_SHIFT, 0u);
}

// The detail of a WRMSR after `code`.
int MsrAfter(const std::vector<std::string>& code) {
  EbEcx ecx = {0, 0};
  for (const std::string& instruction : code) WordOf(instruction, ecx);
  const uint64_t word = WordOf(CODE("wrmsr"), ecx);
  EXPECT_EQ(WordOf(CODE("rdmsr"), ecx) >> EB_TRACE_DETAIL_SHIFT,
            word >> EB_TRACE_DETAIL_SHIFT);
  return static_cast<int>(word >> EB_TRACE_DETAIL_SHIFT);
}

TEST(X86Class, MsrsByAConstant) {
  EXPECT_EQ(MsrAfter({CODE("mov $0x48, %%ecx")}), EB_TRACE_MSR_SPEC_CTRL);
  EXPECT_EQ(MsrAfter({CODE("mov $0x49, %%ecx")}), EB_TRACE_MSR_PRED_CMD);
  EXPECT_EQ(MsrAfter({CODE("mov $0x10b, %%ecx")}), EB_TRACE_MSR_FLUSH_CMD);
  EXPECT_EQ(MsrAfter({CODE("movq $0x48, %%rcx")}), EB_TRACE_MSR_SPEC_CTRL);
  EXPECT_EQ(MsrAfter({CODE("mov $0x1d9, %%ecx")}), EB_TRACE_MSR_UNKNOWN);
  EXPECT_EQ(MsrAfter({CODE("mov $0x48, %%r9d")}), EB_TRACE_MSR_UNKNOWN);
  EXPECT_EQ(MsrAfter({CODE("mov $0x48, %%eax")}), EB_TRACE_MSR_UNKNOWN);
  EXPECT_EQ(MsrAfter({CODE("mov $0x4848, %%cx")}), EB_TRACE_MSR_UNKNOWN);
  EXPECT_EQ(MsrAfter({}), EB_TRACE_MSR_UNKNOWN);
}

TEST(X86Class, AConstantStaysAsLongAsNothingMayWriteToIt) {
  const std::string load = CODE("mov $0x48, %%ecx");
  for (const std::string& between : {CODE("mov %%rdi, %%rax"),
                                     CODE("mov 8(%%rcx), %%edx"),
                                     CODE("shr $32, %%rdx"),
                                     CODE("xor %%edx, %%edx"),
                                     CODE("cmp %%eax, %%ecx"),
                                     CODE("cmp $1, %%r9d"),
                                     CODE("mov %%ecx, (%%rax)"),
                                     CODE("mov $1, %%r9d"),
                                     CODE("mov %%rdx, %%r9"),
                                     CODE("mov (%%rax), %%r9"),
                                     CODE("push %%rcx"),
                                     CODE("pop %%r9"),
                                     CODE("je .+9"),
                                     CODE("movzbl (%%rcx), %%eax"),
                                     CODE("lfence"),
                                     CODE("testb $1, (%%rcx)"),
                                     CODE("nopl (%%rcx)"),
                                     CODE("cmpl $1, (%%rcx)"),
                                     CODE("lea 8(%%rcx), %%rdx"),
                                     CODE("wrmsr"),
                                     CODE("add $1, %%eax"),
                                     CODE("sete %%al")}) {
    EXPECT_EQ(MsrAfter({load, between}), EB_TRACE_MSR_SPEC_CTRL)
        << testing::PrintToString(between);
  }
  for (const std::string& between : {CODE("mov %%edi, %%ecx"),
                                     CODE("mov 8(%%rcx), %%ecx"),
                                     CODE("shr $32, %%rcx"),
                                     CODE("xor %%ecx, %%ecx"),
                                     CODE("pop %%rcx"),
                                     CODE("mov $1, %%cl"),
                                     CODE("mov $1, %%ch"),
                                     CODE("mov $0x49, %%cx"),
                                     CODE("sete %%cl"),
                                     CODE("cmove %%eax, %%ecx"),
                                     CODE("movzbl %%al, %%ecx"),
                                     CODE("add $1, %%ecx"),
                                     CODE("add (%%rax), %%ecx"),
                                     CODE("inc %%ecx"),
                                     CODE("lea 8(%%rax), %%rcx"),
                                     CODE("cpuid"),
                                     CODE("rep movsb"),
                                     CODE("rdtscp"),
                                     CODE("xchg %%eax, %%ecx"),
                                     CODE("xchg %%ecx, (%%rax)"),
                                     CODE("imul %%eax, %%ecx"),
                                     CODE("not %%ecx"),
                                     CODE("loop .+9"),
                                     CODE("call .+100"),
                                     CODE("movd %%xmm0, %%ecx"),
                                     CODE("bswap %%ecx"),
                                     CODE("rdfsbase %%rcx"),
                                     CODE("xadd %%eax, %%ecx"),
                                     CODE("mov %%cr0, %%rcx"),
                                     CODE("mov $0xffff, %%ecx"),
                                     CODE("lsl %%eax, %%ecx")}) {
    EXPECT_EQ(MsrAfter({load, between}), EB_TRACE_MSR_UNKNOWN)
        << testing::PrintToString(between);
  }
}

}  // namespace
