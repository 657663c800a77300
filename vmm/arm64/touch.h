// How a page of guest memory is touched from the host.
#ifndef EXITBENCH_VMM_ARM64_TOUCH_H_
#define EXITBENCH_VMM_ARM64_TOUCH_H_

#include <cstdint>

namespace exitbench {

// Writes to `*at` and leaves its value. The pair of instructions is atomic, so
// that a write of the guest's in between is not lost. Every ARMv8 has it.
inline void TouchForWrite(uint8_t* at) {
  uint32_t value, failed;
  asm volatile(
      "1: ldxrb %w0, %2\n"
      "   stxrb %w1, %w0, %2\n"
      "   cbnz %w1, 1b"
      : "=&r"(value), "=&r"(failed), "+Q"(*at));
}

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_TOUCH_H_
