// Names of processors, by the Main ID Register (Arm ARM, MIDR_EL1).
#ifndef EXITBENCH_HARNESS_HOST_ARM64_MIDR_H_
#define EXITBENCH_HARNESS_HOST_ARM64_MIDR_H_

#include <cstdint>
#include <string>

namespace exitbench {

// Returns who made the core: "Arm". "implementer 0x7a" if that is not known.
std::string ImplementerName(uint32_t midr);

// Returns the core and its revision: "Arm Neoverse-N1 r3p1". A part that is not
// known has its number: "Arm part 0xd99 r0p1".
std::string CoreName(uint32_t midr);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_ARM64_MIDR_H_
