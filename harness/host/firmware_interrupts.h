// Interrupts that the firmware takes for itself and hides from the kernel.
// Defined by the architecture (harness/host/x86_64/firmware_interrupts.cc).
#ifndef EXITBENCH_HARNESS_HOST_FIRMWARE_INTERRUPTS_H_
#define EXITBENCH_HARNESS_HOST_FIRMWARE_INTERRUPTS_H_

#include <cstdint>
#include <string>

namespace exitbench {

// What the architecture calls them, for messages: "SMIs".
extern const char kFirmwareInterrupts[];

// Counts those that `cpu` has taken since it was reset. 0 where the processor
// does not count them, or this process may not read the count. `root` is put
// before all paths. It is empty except in tests.
uint64_t FirmwareInterruptsOn(int cpu, const std::string& root);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_FIRMWARE_INTERRUPTS_H_
