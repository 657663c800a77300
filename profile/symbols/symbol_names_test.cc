#include "profile/symbols/symbol_names.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(SymbolNames, WhatCompilersAppendIsFolded) {
  EXPECT_EQ(FunctionOf("kvm_get_segment.isra.0"), "kvm_get_segment");
  EXPECT_EQ(FunctionOf("em_push.part.0.cold"), "em_push");
  EXPECT_EQ(FunctionOf("do_work.constprop.12.isra.3"), "do_work");
  EXPECT_EQ(FunctionOf("nop.llvm.1234567"), "nop");
  EXPECT_EQ(FunctionOf("ops.lto_priv.0"), "ops");
  EXPECT_EQ(FunctionOf("kvm_vcpu_ioctl"), "kvm_vcpu_ioctl");
  EXPECT_EQ(FunctionOf("is_cold"), "is_cold");
}

TEST(SymbolNames, LabelsOfTheSyscallEntryAreTheEntry) {
  EXPECT_EQ(FunctionOf("entry_SYSCALL_64_after_hwframe"), "entry_SYSCALL_64");
  EXPECT_EQ(FunctionOf("entry_SYSRETQ_unsafe_stack"), "entry_SYSCALL_64");
  EXPECT_EQ(FunctionOf("syscall_return_via_sysret"), "entry_SYSCALL_64");
  EXPECT_EQ(FunctionOf("entry_SYSCALL_compat"), "entry_SYSCALL_compat");
}

TEST(SymbolNames, Thunks) {
  for (const char* name :
       {"__x86_indirect_thunk_rax", "__x86_indirect_thunk_array",
        "__x86_indirect_its_thunk_rcx", "__x86_return_thunk",
        "srso_return_thunk", "srso_safe_ret", "srso_alias_safe_ret",
        "srso_untrain_ret", "retbleed_return_thunk", "retbleed_untrain_ret",
        "entry_untrain_ret", "its_return_thunk", "call_depth_return_thunk",
        "clear_bhb_loop"}) {
    EXPECT_TRUE(IsThunkName(name)) << name;
    EXPECT_TRUE(IsThunkName(FunctionOf(name))) << name;
  }
  for (const char* name :
       {"srso_parse_cmdline", "retbleed_parse_cmdline", "its_parse",
        "preempt_schedule_thunk", "efi_thunk_get_time", "entry_ibpb",
        "__static_call_return0"}) {
    EXPECT_FALSE(IsThunkName(name)) << name;
  }
  EXPECT_EQ(FunctionOf("__x86_indirect_thunk_r11"),
            FunctionOf("__x86_indirect_thunk_array"));
}

TEST(SymbolNames, Marks) {
  for (const char* name : {"__softirqentry_text_end", "__entry_text_start",
                           "_etext", "_stext", "__pfx_kvm_init"}) {
    EXPECT_TRUE(IsMark(name)) << name;
  }
  for (const char* name :
       {"oops_begin", "kernel_fpu_end", "x86_pmu_start", "record_print_text"}) {
    EXPECT_FALSE(IsMark(name)) << name;
  }
}

TEST(SymbolNames, Entries) {
  EXPECT_EQ(EntryKindOf("asm_exc_page_fault"), EntryKind::kFault);
  EXPECT_EQ(EntryKindOf("asm_exc_general_protection"), EntryKind::kFault);
  EXPECT_EQ(EntryKindOf("asm_exc_invalid_op"), EntryKind::kFault);
  EXPECT_EQ(EntryKindOf("asm_exc_device_not_available"), EntryKind::kFault);
  EXPECT_EQ(EntryKindOf("asm_exc_int3"), EntryKind::kTrapOrInterrupt);
  EXPECT_EQ(EntryKindOf("asm_exc_debug"), EntryKind::kTrapOrInterrupt);
  EXPECT_EQ(EntryKindOf("asm_exc_nmi"), EntryKind::kTrapOrInterrupt);
  EXPECT_EQ(EntryKindOf("asm_sysvec_reschedule_ipi"),
            EntryKind::kTrapOrInterrupt);
  EXPECT_EQ(EntryKindOf("asm_common_interrupt"), EntryKind::kTrapOrInterrupt);
  EXPECT_EQ(EntryKindOf("exc_page_fault"), EntryKind::kNone);
  EXPECT_EQ(EntryKindOf("xen_asm_exc_page_fault"), EntryKind::kNone);
}

TEST(SymbolNames, TheBetterOfTwoAliases) {
  EXPECT_TRUE(
      IsBetterName("__x86_indirect_thunk_array", "__softirqentry_text_end"));
  EXPECT_TRUE(IsBetterName("__x64_sys_ioctl", "__ia32_sys_ioctl"));
  EXPECT_TRUE(IsBetterName("memcpy", "__memcpy"));
  EXPECT_FALSE(IsBetterName("__memcpy", "memcpy"));
}

}  // namespace
}  // namespace exitbench
