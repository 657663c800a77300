#include "profile/symbols/symbols.h"

#include <string>

#include "gtest/gtest.h"
#include "profile/words/testing.h"

namespace exitbench {
namespace {

SymbolTable Table(absl::string_view text) {
  absl::StatusOr<SymbolTable> table = SymbolTable::Parse(text);
  EXPECT_TRUE(table.ok()) << table.status();
  return *std::move(table);
}

std::string NameAt(const SymbolTable& table, uint64_t address) {
  const SymbolFunction& function =
      table.functions()[table.Find(address).function];
  return function.name + " of " + table.modules()[function.module];
}

TEST(Symbols, FindsTheFunctionOfAnAddress) {
  const SymbolTable table = Table(kTestSymbols);
  EXPECT_EQ(NameAt(table, kIoctl), "ioctl of vmlinux");
  EXPECT_EQ(NameAt(table, kIoctl + 0xff), "ioctl of vmlinux");
  EXPECT_EQ(NameAt(table, kLeaf), "leaf of vmlinux");
  EXPECT_EQ(NameAt(table, kIndirect), "__x86_indirect_thunk of vmlinux");
  EXPECT_EQ(NameAt(table, kRunGuest + 4), "run_guest of kvm");
  EXPECT_EQ(NameAt(table, kEntry + 0x90), "entry_SYSCALL_64 of vmlinux");
  EXPECT_EQ(table.Find(kEntry + 0x90).address, kEntry + 0x80);
}

TEST(Symbols, UnknownCodeIsUnknown) {
  const SymbolTable table = Table(kTestSymbols);
  EXPECT_EQ(NameAt(table, 0xffff80000000), "[unknown] of vmlinux");
  // Behind the end of the text.
  EXPECT_EQ(NameAt(table, 0xffff81002000), "[unknown] of vmlinux");
  // Behind the last page of a module: BPF programs have no symbols.
  EXPECT_EQ(NameAt(table, kRunGuest + 0xfff), "run_guest of kvm");
  EXPECT_EQ(NameAt(table, kRunGuest + 0x1000), "[unknown] of vmlinux");
}

TEST(Symbols, FlagsOfFunctions) {
  const SymbolTable table = Table(kTestSymbols);
  auto at = [&table](uint64_t address) {
    return table.functions()[table.Find(address).function];
  };
  EXPECT_TRUE(at(kReturn).thunk);
  EXPECT_FALSE(at(kIoctl).thunk);
  EXPECT_TRUE(at(kSwitchAsm).switches_threads);
  EXPECT_FALSE(at(kSwitchTo).switches_threads);
  EXPECT_EQ(table.Find(kPageFault).entry, EntryKind::kFault);
  EXPECT_EQ(table.Find(kTimer).entry, EntryKind::kTrapOrInterrupt);
  EXPECT_EQ(table.Find(kIoctl).entry, EntryKind::kNone);
}

TEST(Symbols, DataEndsTheCodeBefore) {
  const SymbolTable table = Table(
      "ffffffff81000000 T f\n"
      "ffffffff81000010 D data\n");
  EXPECT_EQ(NameAt(table, 0xffff8100000f), "f of vmlinux");
  EXPECT_EQ(NameAt(table, 0xffff81000010), "[unknown] of vmlinux");
}

TEST(Symbols, WhatIsNoTableIsRefused) {
  auto message = [](absl::string_view text) {
    return std::string(SymbolTable::Parse(text).status().message());
  };
  EXPECT_EQ(message(""), "the table of symbols is empty");
  EXPECT_EQ(message("0000000000000000 T f\n"),
            "the symbols have no addresses: only root may read them, and "
            "kernel.kptr_restrict may hide them");
  EXPECT_EQ(message("ffffffff81000000 T f\nnonsense\n"),
            "not a table of symbols: line 2 is not of the format of "
            "/proc/kallsyms");
  EXPECT_EQ(message("ffffffff81000000 T f\tkvm\n"),
            "not a table of symbols: line 1 is not of the format of "
            "/proc/kallsyms");
}

}  // namespace
}  // namespace exitbench
