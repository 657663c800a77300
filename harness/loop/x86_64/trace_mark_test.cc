// Steps through the marks as an emulator would, by the trap flag.
#include "harness/loop/trace_mark.h"

#include <signal.h>
#include <ucontext.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "hosts/trace_format.h"

namespace exitbench {
namespace {

// What the signal handler saw.
std::array<uintptr_t, 4096> g_executed;
size_t g_count = 0;

void OnStep(int, siginfo_t*, void* context) {
  const greg_t* registers =
      static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  if (g_count < g_executed.size()) {
    g_executed[g_count++] = static_cast<uintptr_t>(registers[REG_RIP]);
  }
}

void SetTrapFlag(bool on) {
  uint64_t flags = __builtin_ia32_readeflags_u64();
  flags = on ? flags | 0x100 : flags & ~uint64_t{0x100};
  __builtin_ia32_writeeflags_u64(flags);
}

// Returns the addresses that were executed while tracing under `name`.
std::vector<uintptr_t> Step(absl::string_view name) {
  struct sigaction action = {};
  action.sa_sigaction = OnStep;
  action.sa_flags = SA_SIGINFO;
  struct sigaction old;
  EXPECT_EQ(sigaction(SIGTRAP, &action, &old), 0);
  g_count = 0;
  SetTrapFlag(true);
  BeginTrace(name);
  EndTrace();
  SetTrapFlag(false);
  EXPECT_EQ(sigaction(SIGTRAP, &old, nullptr), 0);
  EXPECT_LT(g_count, g_executed.size());
  return {g_executed.begin(), g_executed.begin() + g_count};
}

bool IsMark(uintptr_t address) {
  return memcmp(reinterpret_cast<const void*>(address), "\x66\x87\xdb", 3) == 0;
}

bool IsRet(uintptr_t address) {
  return *reinterpret_cast<const unsigned char*>(address) == 0xc3;
}

// Returns the name as who reads a trace finds it, and sets `marks`.
std::string NameIn(const std::vector<uintptr_t>& executed, int& marks) {
  std::string name;
  bool spelling = false;
  marks = 0;
  for (uintptr_t address : executed) {
    if (IsMark(address)) spelling = ++marks == 1;
    if (!spelling || !IsRet(address)) continue;
    const char letter = static_cast<char>(address & EB_TRACE_NAME_MASK);
    spelling = letter != 0;
    if (spelling) name += letter;
  }
  EXPECT_FALSE(spelling) << "the name has no end";
  return name;
}

TEST(TraceMark, ATraceHasItsNameBetweenTwoMarks) {
  for (const std::string name :
       {"pio/out.ring3", "mem/hot.host_thp,guest_2m", "a", "~!"}) {
    int marks;
    EXPECT_EQ(NameIn(Step(name), marks), name);
    EXPECT_EQ(marks, 2) << name;
  }
}

}  // namespace
}  // namespace exitbench
