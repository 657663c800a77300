#include "profile/symbols/inlines.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "profile/words/testing.h"

namespace exitbench {
namespace {

SymbolTable Symbols() { return SymbolTable::Parse(kTestSymbols).value(); }

// "name of module" of each function of the chain at `address`.
std::string ChainAt(const InlineMap& map, const SymbolTable& symbols,
                    uint64_t address) {
  const InlineChain* chain = map.Find(address);
  if (chain == nullptr) return "not in the map";
  std::string text;
  for (const FunctionId id : *chain) {
    const SymbolFunction& function = symbols.functions()[id];
    absl::StrAppend(&text, text.empty() ? "" : ", ", function.name, " of ",
                    symbols.modules()[function.module]);
  }
  return text;
}

std::string SourceOf(const SymbolTable& symbols, absl::string_view name) {
  for (const SymbolFunction& function : symbols.functions()) {
    if (function.name == name) {
      return absl::StrCat(function.file, ":", function.line);
    }
  }
  return "no such function";
}

TEST(InlineMap, WhatIsInlinedAtAnAddress) {
  SymbolTable symbols = Symbols();
  const absl::StatusOr<InlineMap> map = InlineMap::Parse(
      "ffffffff81000501\tioctl;fs/ioctl.c:10\n"
      "ffffffff81000502\tioctl;fs/ioctl.c:12\tget;inc/get.h:7\t"
      "leaf;lib/leaf.c:3\n"
      "ffffffff81000503\n"
      "ffffffffc0000000\trun_guest;kvm/run.c:5\tget;inc/get.h:8\n",
      symbols);
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(ChainAt(*map, symbols, kIoctl + 1), "");
  // By name the same function as where it is not inlined.
  EXPECT_EQ(ChainAt(*map, symbols, kIoctl + 2),
            "get of vmlinux, leaf of vmlinux");
  EXPECT_EQ(map->Find(kIoctl + 2)->at(1), symbols.Find(kLeaf).function);
  EXPECT_EQ(ChainAt(*map, symbols, kIoctl + 3), "");
  EXPECT_EQ(ChainAt(*map, symbols, kIoctl), "not in the map");
  // Each module has its own.
  EXPECT_EQ(ChainAt(*map, symbols, kRunGuest), "get of kvm");
}

TEST(InlineMap, NamesAreFolded) {
  SymbolTable symbols = Symbols();
  const absl::StatusOr<InlineMap> map = InlineMap::Parse(
      "ffffffff81000501\tioctl;a.c:1\tleaf.part.0;a.c:2\n", symbols);
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->Find(kIoctl + 1)->at(0), symbols.Find(kLeaf).function);
}

TEST(InlineMap, WhereFunctionsAre) {
  SymbolTable symbols = Symbols();
  ASSERT_TRUE(InlineMap::Parse(
                  "ffffffff81000501\tioctl;fs/ioctl.c:14\tget;inc/get.h:7\n"
                  "ffffffff81000502\tioctl;fs/ioctl.c:12\tget;inc/get.h:9\n"
                  "ffffffff81000503\tioctl;inc/macro.h:2\n"
                  "ffffffff81000601\tleaf;:0\tnowhere;:0\n",
                  symbols)
                  .ok());
  // The file of most addresses, and the lowest line in it.
  EXPECT_EQ(SourceOf(symbols, "ioctl"), "fs/ioctl.c:12");
  EXPECT_EQ(SourceOf(symbols, "get"), "inc/get.h:7");
  EXPECT_EQ(SourceOf(symbols, "leaf"), ":0");
  EXPECT_EQ(SourceOf(symbols, "nowhere"), ":0");
  EXPECT_EQ(SourceOf(symbols, "other"), ":0");
}

TEST(InlineMap, WhereNoSymbolIsNothingIsKnown) {
  SymbolTable symbols = Symbols();
  const size_t functions = symbols.functions().size();
  const absl::StatusOr<InlineMap> map = InlineMap::Parse(
      "ffffffff90000000\tbpf;a.c:1\tget;inc/get.h:7\n", symbols);
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(ChainAt(*map, symbols, 0xffff90000000), "");
  EXPECT_EQ(symbols.functions().size(), functions);
  EXPECT_EQ(SourceOf(symbols, "[unknown]"), ":0");
}

TEST(InlineMap, WhatIsNoMapIsRefused) {
  const std::string good = "ffffffff81000501\tioctl;a.c:1\n";
  std::string deep = "ffffffff81000501\tioctl;a.c:1";
  for (size_t i = 0; i < kMaxInlineChain; ++i) {
    absl::StrAppend(&deep, "\tget;a.c:2");
  }
  SymbolTable symbols = Symbols();
  EXPECT_TRUE(InlineMap::Parse(deep, symbols).ok());
  for (const std::string& bad : {
           std::string("nonsense"),
           std::string("\n"),
           std::string("81000501\tioctl;a.c:1"),          // A short address,
           std::string("0000000000401000\tioctl;a.c:1"),  // userspace's,
           std::string("ffffffff8100050g\tioctl;a.c:1"),  // and none.
           std::string("ffffffff81000501\t"),             // No function.
           std::string("ffffffff81000501\tioctl"),
           std::string("ffffffff81000501\tioctl;a.c"),  // No line.
           std::string("ffffffff81000501\tioctl;a.c:"),
           std::string("ffffffff81000501\tioctl;a.c:-1"),
           std::string("ffffffff81000501\tioctl;a.c:x"),
           std::string("ffffffff81000501\tioctl;a.c:4294967296"),
           std::string("ffffffff81000501\t;a.c:1"),  // No name.
           absl::StrCat("ffffffff81000501\tioctl;", std::string(513, 'a'),
                        ":1"),
           absl::StrCat("ffffffff81000501\t", std::string(513, 'a'), ";a.c:1"),
           absl::StrCat(deep, "\tget;a.c:2"),
       }) {
    EXPECT_EQ(
        InlineMap::Parse(absl::StrCat(good, bad), symbols).status().message(),
        "not a map of inlined functions: line 2 is not as "
        "hosts/lib/inlines.py writes them")
        << bad;
  }
}

}  // namespace
}  // namespace exitbench
