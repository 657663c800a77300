#include "hosts/arm64_class.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace {

struct Row {
  const char* text;
  uint32_t word;  // As GNU as 2.40 assembles it.
  EbTraceClass expected;
};

TEST(Arm64Class, OfWhatTheAssemblerMakes) {
  constexpr Row kRows[] = {
      {"bl .+100", 0x94000019, EB_TRACE_CALL},
      {"blr x3", 0xd63f0060, EB_TRACE_CALL},
      {"blraa x3, x4", 0xd73f0864, EB_TRACE_CALL},
      {"blraaz x3", 0xd63f087f, EB_TRACE_CALL},
      {"b .+100", 0x14000019, EB_TRACE_OTHER},
      {"b.ne .+100", 0x54000321, EB_TRACE_OTHER},
      {"cbz x1, .+100", 0xb4000321, EB_TRACE_OTHER},
      {"tbnz x1, #3, .+100", 0x37180321, EB_TRACE_OTHER},
      {"br x3", 0xd61f0060, EB_TRACE_JMP_INDIRECT},
      {"braa x3, x4", 0xd71f0864, EB_TRACE_JMP_INDIRECT},
      {"brabz x3", 0xd61f0c7f, EB_TRACE_JMP_INDIRECT},
      {"ret", 0xd65f03c0, EB_TRACE_RET},
      {"ret x5", 0xd65f00a0, EB_TRACE_RET},
      {"retaa", 0xd65f0bff, EB_TRACE_RET},
      {"retab", 0xd65f0fff, EB_TRACE_RET},
      {"eret", 0xd69f03e0, EB_TRACE_IRET},
      {"eretaa", 0xd69f0bff, EB_TRACE_IRET},
      {"drps", 0xd6bf03e0, EB_TRACE_OTHER},
      {"svc #0", 0xd4000001, EB_TRACE_SYSCALL},
      {"svc #7", 0xd40000e1, EB_TRACE_SYSCALL},
      {"hvc #0", 0xd4000002, EB_TRACE_HVC},
      {"hvc #1", 0xd4000022, EB_TRACE_HVC},
      {"smc #0", 0xd4000003, EB_TRACE_HVC},
      {"brk #0x800", 0xd4210000, EB_TRACE_OTHER},
      {"hlt #3", 0xd4400060, EB_TRACE_OTHER},
      {"dcps1", 0xd4a00001, EB_TRACE_OTHER},
      {"wfi", 0xd503207f, EB_TRACE_HLT},
      {"wfe", 0xd503205f, EB_TRACE_OTHER},
      {"sev", 0xd503209f, EB_TRACE_OTHER},
      {"yield", 0xd503203f, EB_TRACE_OTHER},
      {"nop", 0xd503201f, EB_TRACE_OTHER},
      {"bti c", 0xd503245f, EB_TRACE_OTHER},
      {"paciasp", 0xd503233f, EB_TRACE_OTHER},
      {"autiasp", 0xd50323bf, EB_TRACE_OTHER},
      {"esb", 0xd503221f, EB_TRACE_OTHER},
      {"hint #126", 0xd5032fdf, EB_TRACE_OTHER},
      {"csdb", 0xd503229f, EB_TRACE_LFENCE},
      {"sb", 0xd50330ff, EB_TRACE_LFENCE},
      {"ssbb", 0xd503309f, EB_TRACE_LFENCE},
      {"pssbb", 0xd503349f, EB_TRACE_LFENCE},
      {"isb", 0xd5033fdf, EB_TRACE_ISB},
      {"isb #3", 0xd50333df, EB_TRACE_ISB},
      {"dsb sy", 0xd5033f9f, EB_TRACE_DSB},
      {"dsb ish", 0xd5033b9f, EB_TRACE_DSB},
      {"dsb nshst", 0xd503369f, EB_TRACE_DSB},
      {"dsb ishnxs", 0xd5033a3f, EB_TRACE_DSB},
      {"dmb ish", 0xd5033bbf, EB_TRACE_DMB},
      {"dmb oshld", 0xd50331bf, EB_TRACE_DMB},
      {"clrex", 0xd5033f5f, EB_TRACE_OTHER},
      {"mrs x0, cntvct_el0", 0xd53be040, EB_TRACE_RDTSC},
      {"mrs x22, cntvct_el0", 0xd53be056, EB_TRACE_RDTSC},
      {"mrs x0, s3_3_c14_c0_6", 0xd53be0c0, EB_TRACE_RDTSC},
      {"mrs x0, cntpct_el0", 0xd53be020, EB_TRACE_SYSREG_READ},
      {"mrs x0, cntfrq_el0", 0xd53be000, EB_TRACE_SYSREG_READ},
      {"mrs x0, esr_el2", 0xd53c5200, EB_TRACE_SYSREG_READ},
      {"mrs x0, midr_el1", 0xd5380000, EB_TRACE_SYSREG_READ},
      {"mrs x0, mdscr_el1", 0xd5300240, EB_TRACE_SYSREG_READ},
      {"msr hcr_el2, x0", 0xd51c1100, EB_TRACE_SYSREG_WRITE},
      {"msr ttbr0_el1, x5", 0xd5182005, EB_TRACE_SYSREG_WRITE},
      {"msr mdscr_el1, x5", 0xd5100245, EB_TRACE_SYSREG_WRITE},
      {"msr cntv_ctl_el0, xzr", 0xd51be33f, EB_TRACE_SYSREG_WRITE},
      {"msr s3_0_c12_c11_5, x1", 0xd518cba1, EB_TRACE_SYSREG_WRITE},
      {"mrs x0, daif", 0xd53b4220, EB_TRACE_OTHER},
      {"msr daif, x0", 0xd51b4220, EB_TRACE_DAIF},
      {"msr daifset, #2", 0xd50342df, EB_TRACE_DAIF},
      {"msr daifclr, #15", 0xd5034fff, EB_TRACE_DAIF},
      {"msr pan, #1", 0xd500419f, EB_TRACE_OTHER},
      {"msr spsel, #1", 0xd50041bf, EB_TRACE_OTHER},
      {"msr nzcv, x1", 0xd51b4201, EB_TRACE_OTHER},
      {"mrs x0, nzcv", 0xd53b4200, EB_TRACE_OTHER},
      {"cfinv", 0xd500401f, EB_TRACE_OTHER},
      {"mrs x0, sp_el0", 0xd5384100, EB_TRACE_OTHER},
      {"msr sp_el0, x0", 0xd5184100, EB_TRACE_OTHER},
      {"mrs x0, tpidr_el0", 0xd53bd040, EB_TRACE_OTHER},
      {"mrs x0, tpidr_el1", 0xd538d080, EB_TRACE_OTHER},
      {"mrs x0, tpidr_el2", 0xd53cd040, EB_TRACE_OTHER},
      {"mrs x0, tpidrro_el0", 0xd53bd060, EB_TRACE_SYSREG_READ},
      {"tlbi vmalle1is", 0xd508831f, EB_TRACE_TLBI},
      {"tlbi ipas2e1is, x0", 0xd50c8020, EB_TRACE_TLBI},
      {"tlbi vae1, x0", 0xd5088720, EB_TRACE_TLBI},
      {"tlbi vmalls12e1", 0xd50c87df, EB_TRACE_TLBI},
      {"tlbi alle2os", 0xd50c811f, EB_TRACE_TLBI},
      {"tlbi rvae1is, x0", 0xd5088220, EB_TRACE_TLBI},
      {".inst 0xd508931f", 0xd508931f, EB_TRACE_TLBI},
      {"ic iallu", 0xd508751f, EB_TRACE_CACHE},
      {"ic ivau, x0", 0xd50b7520, EB_TRACE_CACHE},
      {"dc civac, x0", 0xd50b7e20, EB_TRACE_CACHE},
      {"dc zva, x0", 0xd50b7420, EB_TRACE_CACHE},
      {"dc isw, x0", 0xd5087640, EB_TRACE_CACHE},
      {"at s1e1r, x0", 0xd5087800, EB_TRACE_OTHER},
      {"at s12e1w, x0", 0xd50c78a0, EB_TRACE_OTHER},
      {"at s1e1rp, x0", 0xd5087900, EB_TRACE_OTHER},
      {"sys #0, c11, c0, #0", 0xd508b01f, EB_TRACE_OTHER},
      {"ldxr x0, [x1]", 0xc85f7c20, EB_TRACE_OTHER},
      {"ldaxr w0, [x1]", 0x885ffc20, EB_TRACE_OTHER},
      {"ldxp x0, x1, [x2]", 0xc87f0440, EB_TRACE_OTHER},
      {"ldaxp w0, w1, [x2]", 0x887f8440, EB_TRACE_OTHER},
      {"stxr w3, x0, [x1]", 0xc8037c20, EB_TRACE_ATOMIC},
      {"stlxr w3, w0, [x1]", 0x8803fc20, EB_TRACE_ATOMIC},
      {"stxrb w3, w0, [x1]", 0x08037c20, EB_TRACE_ATOMIC},
      {"stxp w3, x0, x1, [x2]", 0xc8230440, EB_TRACE_ATOMIC},
      {"stlxp w3, w0, w1, [x2]", 0x88238440, EB_TRACE_ATOMIC},
      {"ldar x0, [x1]", 0xc8dffc20, EB_TRACE_OTHER},
      {"stlr x0, [x1]", 0xc89ffc20, EB_TRACE_OTHER},
      {"ldlarb w0, [x1]", 0x08df7c20, EB_TRACE_OTHER},
      {"ldapr x0, [x1]", 0xf8bfc020, EB_TRACE_OTHER},
      {"ldaprb w0, [x1]", 0x38bfc020, EB_TRACE_OTHER},
      {"ldapur x0, [x1, #8]", 0xd9408020, EB_TRACE_OTHER},
      {"stlur x0, [x1, #8]", 0xd9008020, EB_TRACE_OTHER},
      {"cas x0, x1, [x2]", 0xc8a07c41, EB_TRACE_ATOMIC},
      {"casal w0, w1, [x2]", 0x88e0fc41, EB_TRACE_ATOMIC},
      {"casb w0, w1, [x2]", 0x08a07c41, EB_TRACE_ATOMIC},
      {"casp x0, x1, x2, x3, [x4]", 0x48207c82, EB_TRACE_ATOMIC},
      {"caspal w0, w1, w2, w3, [x4]", 0x0860fc82, EB_TRACE_ATOMIC},
      {"ldadd x0, x1, [x2]", 0xf8200041, EB_TRACE_ATOMIC},
      {"ldaddal w0, w1, [x2]", 0xb8e00041, EB_TRACE_ATOMIC},
      {"stadd x0, [x2]", 0xf820005f, EB_TRACE_ATOMIC},
      {"ldclrh w0, w1, [x2]", 0x78201041, EB_TRACE_ATOMIC},
      {"ldset x0, x1, [x2]", 0xf8203041, EB_TRACE_ATOMIC},
      {"ldeorb w0, w1, [x2]", 0x38202041, EB_TRACE_ATOMIC},
      {"ldumin x0, x1, [x2]", 0xf8207041, EB_TRACE_ATOMIC},
      {"swp x0, x1, [x2]", 0xf8208041, EB_TRACE_ATOMIC},
      {"swpalb w0, w1, [x2]", 0x38e08041, EB_TRACE_ATOMIC},
      {"ldr x0, [x1]", 0xf9400020, EB_TRACE_OTHER},
      {"ldr x0, [x1, x2]", 0xf8626820, EB_TRACE_OTHER},
      {"str w0, [x1, x2, lsl #2]", 0xb8227820, EB_TRACE_OTHER},
      {"ldp x0, x1, [sp], #16", 0xa8c107e0, EB_TRACE_OTHER},
      {"ldtr x0, [x1]", 0xf8400820, EB_TRACE_OTHER},
      {"ldraa x0, [x1]", 0xf8200420, EB_TRACE_OTHER},
      {"prfm pstl1strm, [x1]", 0xf9800031, EB_TRACE_OTHER},
      {"ldr q0, [x1, x2]", 0x3ce26820, EB_TRACE_OTHER},
      {"stp q0, q1, [x2]", 0xad000440, EB_TRACE_OTHER},
      {"ld1 {v0.16b}, [x0]", 0x4c407000, EB_TRACE_OTHER},
      {"add x0, x1, x2", 0x8b020020, EB_TRACE_OTHER},
      {"movz x0, #0xd500, lsl #16", 0xd2baa000, EB_TRACE_OTHER},
      {".inst 0", 0x00000000, EB_TRACE_OTHER},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(eb_arm64_class(row.word), row.expected) << row.text;
  }
}

TEST(Arm64Class, MarkIsOneHint) {
  EXPECT_TRUE(eb_arm64_is_mark(0xd5032fff));
  EXPECT_FALSE(eb_arm64_is_mark(0xd5032fdf)) << "hint #126";
  EXPECT_FALSE(eb_arm64_is_mark(0xd503201f)) << "nop";
  EXPECT_EQ(eb_arm64_class(0xd5032fff), EB_TRACE_OTHER);
}

TEST(Arm64Class, WordIsLittleEndian) {
  constexpr uint8_t kCode[] = {0xff, 0x2f, 0x03, 0xd5};
  EXPECT_EQ(eb_arm64_word(kCode, 4), 0xd5032fffu);
  EXPECT_EQ(eb_arm64_word(kCode, 2), 0u) << "not of A64";
}

TEST(Arm64Class, AddressHasTheKernelsHalfInBit47) {
  EXPECT_EQ(eb_arm64_address(0xffff800080010000), 0x800080010000u);
  EXPECT_EQ(eb_arm64_address(0xfff0000080010000), 0x800080010000u)
      << "of 52 bits";
  EXPECT_EQ(eb_arm64_address(0x400123), 0x400123u);
  EXPECT_EQ(eb_arm64_address(0xffffb7654320), 0x7fffb7654320u)
      << "userspace of 48 bits";
}

TEST(Arm64Class, TraceWordHasAddressAndClass) {
  EXPECT_EQ(eb_arm64_trace_word(0xffff800080010004, 0xd69f03e0),
            0x800080010004u | uint64_t{EB_TRACE_IRET} << EB_TRACE_CLASS_SHIFT);
}

}  // namespace
