// Enters a payload in this process. Defined by the architecture
// (harness/run/x86_64/native_entry.cc).
#ifndef EXITBENCH_HARNESS_RUN_NATIVE_ENTRY_H_
#define EXITBENCH_HARNESS_RUN_NATIVE_ENTRY_H_

#include <cstdint>

#include "guest_blobs/abi.h"

namespace exitbench {

// The signal that ended a batch.
struct NativeEnd {
  bool rang = false;  // It was the doorbell's.
  int signal_number = 0;
  uint64_t code_offset = 0;  // Of the instruction that raised it.
};

// Runs one batch of the payload whose EB_CODE_BYTES are at `code`, from
// `entry`, on the stack below `stack_top`, with `block` as its parameters.
// Until it returns, the signals that instructions raise are taken. Not for use
// by several threads at a time.
NativeEnd EnterNatively(const uint8_t* code, const uint8_t* entry,
                        uint8_t* stack_top, ParameterBlock& block);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_NATIVE_ENTRY_H_
