// The work of one quantum, as a guest of the cases noise/ does it.
#ifndef EXITBENCH_HARNESS_SAMPLES_ARM64_QUANTUM_H_
#define EXITBENCH_HARNESS_SAMPLES_ARM64_QUANTUM_H_

#include <cstdint>

namespace exitbench {

// Runs the loop of guest_blobs/arm64/payloads/control/quantum.S for `passes`
// passes, with the same instructions.
inline void WorkQuantum(uint32_t passes) {
  asm volatile(
      "1: subs %w0, %w0, #1\n"
      "   b.ne 1b\n"
      : "+r"(passes)
      :
      : "cc");
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SAMPLES_ARM64_QUANTUM_H_
