#include "hosts/bochs_line.h"

#include <string>

#include "gtest/gtest.h"

namespace {

// Returns whether `line` is an instruction, and sets `address` and `code`.
bool Parse(const char* line, uint64_t& address, std::string& code) {
  EbBochsLine parsed;
  if (!eb_bochs_parse(line, &parsed)) return false;
  address = parsed.address;
  code.assign(reinterpret_cast<const char*>(parsed.code), parsed.size);
  return true;
}

TEST(BochsLine, AnInstruction) {
  uint64_t address = 0;
  std::string code;
  ASSERT_TRUE(Parse(
      "(0).[3291045177] [0x00000316a3f0] 0010:ffffffff8116a3f0 (unk. ctxt): "
      "nop dword ptr ds:[rax+rax]  ; 0f1f440000\n",
      address, code));
  EXPECT_EQ(address, 0xffffffff8116a3f0u);
  EXPECT_EQ(code, std::string("\x0f\x1f\x44\x00\x00", 5));
  ASSERT_TRUE(Parse("(0).[7] [0x0000000000b1] f000:00b1 (unk. ctxt): ret ; c3",
                    address, code));
  EXPECT_EQ(address, 0xb1u);
  EXPECT_EQ(code, "\xc3");
}

TEST(BochsLine, WhatIsNone) {
  uint64_t address;
  std::string code;
  for (const char* line :
       {"", "\n", "(0).", "(0).[", "(0).[1] [0x2", "(0).[1] [0x2] 0010:zz",
        "(0).[1] [0x2] 0010:11 (unk. ctxt): nop",
        "(0).[1] [0x2] 0010:11 (unk. ctxt): nop ; ",
        "(0).[1] [0x2] 0010:11 (unk. ctxt): nop ; x0",
        // Where the debugger stops: the instruction is still to come.
        "(0) [0x0000001b1a03] 0033:0000000000401a03 (unk. ctxt): ret ; c3",
        "(0) Magic breakpoint", "Next at t=3291045177",
        "Tracing enabled for CPU0"}) {
    EXPECT_FALSE(Parse(line, address, code)) << line;
  }
}

TEST(BochsLine, Stops) {
  EXPECT_TRUE(eb_bochs_is_break("(0) Magic breakpoint\n"));
  EXPECT_FALSE(eb_bochs_is_break("(0) Breakpoint 1, 0x12 in ?? ()\n"));
}

}  // namespace
