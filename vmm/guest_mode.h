// The two modes of a processor that payloads run in.
#ifndef EXITBENCH_VMM_GUEST_MODE_H_
#define EXITBENCH_VMM_GUEST_MODE_H_

#include <cstdint>

namespace exitbench {

// x86-64 calls them ring 0 and ring 3, arm64 EL1 and EL0. Bits, since a row
// names the set of modes that it runs in, or that a fact of it holds in.
enum GuestMode : uint32_t { kKernelMode = 1u << 0, kUserMode = 1u << 3 };
inline constexpr uint32_t kBothModes = kKernelMode | kUserMode;
inline constexpr GuestMode kGuestModes[] = {kKernelMode, kUserMode};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_GUEST_MODE_H_
