// The work of one quantum, as a guest of the cases noise/ does it.
#ifndef EXITBENCH_HARNESS_SAMPLES_X86_64_QUANTUM_H_
#define EXITBENCH_HARNESS_SAMPLES_X86_64_QUANTUM_H_

#include <cstdint>

namespace exitbench {

// Runs the loop of guest_blobs/x86_64/payloads/control/quantum.S for `passes`
// passes, with the same instructions.
inline void WorkQuantum(uint32_t passes) {
  asm volatile(
      "1: dec %0\n"
      "   jnz 1b\n"
      : "+c"(passes)
      :
      : "cc");
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SAMPLES_X86_64_QUANTUM_H_
