#include "harness/loop/trace_mark.h"

#include <cstdint>

// A RET for each letter, at the offset of its code in the page. What a trace
// has of a call is addresses, so the address is the letter.
extern "C" const unsigned char exitbench_trace_letters[];
asm(".pushsection .text.exitbench_trace_letters, \"ax\", @progbits\n"
    ".p2align 12\n"
    ".type exitbench_trace_letters, @function\n"
    "exitbench_trace_letters:\n"
    ".fill 128, 1, 0xc3\n"
    ".size exitbench_trace_letters, . - exitbench_trace_letters\n"
    ".popsection\n");

namespace exitbench {
namespace {

// Inlined, since the only RETs within a name are to be its letters.
inline __attribute__((always_inline)) void Spell(unsigned char letter) {
  const uintptr_t page = reinterpret_cast<uintptr_t>(exitbench_trace_letters);
  reinterpret_cast<void (*)()>(page + (letter & 0x7f))();
}

// Bochs stops at this instruction (its magic_break), and QEMU's plugin looks
// for it. No compiler makes it.
inline __attribute__((always_inline)) void Mark() {
  asm volatile("xchg %%bx, %%bx" ::: "memory");
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
  // Not a jump to that RET, which would return from here.
  asm volatile("" ::: "memory");
}

void EndTrace() { Mark(); }

}  // namespace exitbench
