// Enters a payload in this process. The architecture defines it
// (harness/run/x86_64/native_entry.cc).
#ifndef EXITBENCH_HARNESS_RUN_NATIVE_ENTRY_H_
#define EXITBENCH_HARNESS_RUN_NATIVE_ENTRY_H_

#include <cstdint>

#include "guest_blobs/abi.h"

namespace exitbench {

// The signal that ended a batch.
struct NativeEnd {
  bool rang = false;  // The doorbell raised it.
  int signal_number = 0;
  uint64_t code_offset = 0;  // Offset in the payload of what raised it.
};

// Runs one batch of the payload at `code`, which is EB_CODE_BYTES long. It
// begins at `entry`, with the stack below `stack_top` and the parameters
// `block`. Handles the signals that instructions raise until it returns. Only
// one thread may be in this function.
NativeEnd EnterNatively(const uint8_t* code, const uint8_t* entry,
                        uint8_t* stack_top, ParameterBlock& block);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_NATIVE_ENTRY_H_
