// Detects the backend of this host.
#ifndef EXITBENCH_VMM_ARM64_DETECT_BACKEND_H_
#define EXITBENCH_VMM_ARM64_DETECT_BACKEND_H_

#include <string>

#include "vmm/arm64/host_texts.h"
#include "vmm/host/backend.h"

namespace exitbench {

// Returns which KVM a host with these texts has. A kernel in EL2 takes its own
// ticks from a timer of EL2 (INTID 26 or 28), since it leaves those of EL1 to
// guests; one in EL1 takes them from EL1's physical timer (INTID 30). Of these
// two the second switches to EL2, and protects itself from EL1 if it was
// started with kvm-arm.mode=protected. A kernel without EL2, which has no KVM,
// takes them from the virtual timer (INTID 27).
BackendInfo DetectBackend(const HostTexts& texts);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_DETECT_BACKEND_H_
