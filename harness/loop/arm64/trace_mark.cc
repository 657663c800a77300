#include "harness/loop/trace_mark.h"

#include <cstdint>

// A RET for each letter. Instructions have four bytes, so that of a letter is
// at four times its code in the page. What a trace has of a call is addresses,
// so the address is the letter.
extern "C" const unsigned char exitbench_trace_letters[];
asm(".pushsection .text.exitbench_trace_letters, \"ax\", %progbits\n"
    ".p2align 12\n"
    ".globl exitbench_trace_letters\n"
    ".type exitbench_trace_letters, %function\n"
    "exitbench_trace_letters:\n"
    ".rept 128\n"
    "ret\n"
    ".endr\n"
    ".size exitbench_trace_letters, . - exitbench_trace_letters\n"
    ".popsection\n");

namespace exitbench {
namespace {

constexpr int kInstructionBytes = 4;

// Inlined, since the only RETs within a name are to be its letters.
inline __attribute__((always_inline)) void Spell(unsigned char letter) {
  const uintptr_t page = reinterpret_cast<uintptr_t>(exitbench_trace_letters);
  reinterpret_cast<void (*)()>(page + kInstructionBytes * (letter & 0x7f))();
}

// No processor and no compiler gives this hint a meaning.
inline __attribute__((always_inline)) void Mark() {
  asm volatile("hint #127" ::: "memory");
}

}  // namespace

void BeginTrace(absl::string_view name) {
  const char* const letters = name.data();
  const size_t size = name.size();
  Mark();
  for (size_t i = 0; i < size; ++i) {
    Spell(static_cast<unsigned char>(letters[i]));
  }
  Spell(0);
  // Not a branch to that RET, which would return from here.
  asm volatile("" ::: "memory");
}

void EndTrace() { Mark(); }

}  // namespace exitbench
