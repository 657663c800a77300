// Sees the marks and letters as an emulator would. Nothing lets a process step
// through its own instructions, so breakpoints are put in their place.
#include "harness/loop/trace_mark.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "hosts/trace_format.h"

extern "C" unsigned char exitbench_trace_letters[];

namespace exitbench {
namespace {

constexpr uint32_t kRet = 0xd65f03c0;
constexpr uint32_t kMark = 0xd5032fff;  // HINT #127
constexpr uint32_t kBreak = 0xd4200000;
constexpr size_t kLetters = 128;
// More instructions than either function has.
constexpr size_t kMostInstructions = 128;

// What the signal handler saw: addresses of letters, and 0 for marks.
std::array<uintptr_t, 4096> g_executed;
size_t g_count = 0;

uintptr_t Letters() {
  return reinterpret_cast<uintptr_t>(exitbench_trace_letters);
}

void OnBreak(int, siginfo_t*, void* context) {
  mcontext_t& registers = static_cast<ucontext_t*>(context)->uc_mcontext;
  const bool is_letter = registers.pc - Letters() < 4 * kLetters;
  if (g_count < g_executed.size()) {
    g_executed[g_count++] = is_letter ? registers.pc : 0;
  }
  registers.pc = is_letter ? registers.regs[30] : registers.pc + 4;
}

// Puts breakpoints in the place of up to `count` instructions `word` from `at`,
// up to the first RET. Returns how many there were.
int PutBreaks(uintptr_t at, size_t count, uint32_t word) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const uintptr_t begin = at / page * page;
  const uintptr_t end = (at + 4 * count + page - 1) / page * page;
  EXPECT_EQ(mprotect(reinterpret_cast<void*>(begin), end - begin,
                     PROT_READ | PROT_WRITE | PROT_EXEC),
            0);
  auto* const code = reinterpret_cast<uint32_t*>(at);
  int put = 0;
  for (size_t i = 0; i < count; ++i) {
    const bool is_ret = code[i] == kRet;
    if (code[i] == word) {
      code[i] = kBreak;
      ++put;
    }
    if (is_ret && word != kRet) break;
  }
  __builtin___clear_cache(reinterpret_cast<char*>(code),
                          reinterpret_cast<char*>(code + count));
  return put;
}

TEST(TraceMark, ATraceHasItsNameBetweenTwoMarks) {
  struct sigaction action = {};
  action.sa_sigaction = OnBreak;
  action.sa_flags = SA_SIGINFO;
  ASSERT_EQ(sigaction(SIGTRAP, &action, nullptr), 0);
  ASSERT_EQ(PutBreaks(Letters(), kLetters, kRet), int{kLetters});
  ASSERT_EQ(PutBreaks(reinterpret_cast<uintptr_t>(&BeginTrace),
                      kMostInstructions, kMark),
            1);
  ASSERT_EQ(PutBreaks(reinterpret_cast<uintptr_t>(&EndTrace), kMostInstructions,
                      kMark),
            1);
  for (const std::string name :
       {"mmio/write.el0", "mem/hot.host_thp,guest_2m", "a", "~!"}) {
    g_count = 0;
    BeginTrace(name);
    EndTrace();
    // The marks, the letters, and the end of the name.
    ASSERT_EQ(g_count, name.size() + 3) << name;
    EXPECT_EQ(g_executed[0], 0u);
    EXPECT_EQ(g_executed[g_count - 1], 0u);
    std::string spelled;
    for (size_t i = 1; i + 1 < g_count; ++i) {
      ASSERT_NE(g_executed[i], 0u) << name;
      spelled += static_cast<char>((g_executed[i] & EB_TRACE_NAME_MASK) / 4);
    }
    EXPECT_EQ(spelled, name + '\0');
  }
}

}  // namespace
}  // namespace exitbench
