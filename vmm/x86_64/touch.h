// How a page of guest memory is touched from the host.
#ifndef EXITBENCH_VMM_X86_64_TOUCH_H_
#define EXITBENCH_VMM_X86_64_TOUCH_H_

#include <cstdint>

namespace exitbench {

// Writes to `*at` and leaves its value. One instruction that reads and writes,
// so that a write of the guest's in between is not lost.
inline void TouchForWrite(uint8_t* at) {
  asm volatile("lock orb $0, %0" : "+m"(*at) : : "cc");
}

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_TOUCH_H_
