#include "harness/host/firmware_interrupts.h"

namespace exitbench {

const char kFirmwareInterrupts[] = "interrupts of the firmware";

// Those that EL3 takes (group 0, or secure) no register counts for the kernel.
uint64_t FirmwareInterruptsOn(int, const std::string&) { return 0; }

}  // namespace exitbench
