// Whether the host backs memory of this process by huge pages.
#ifndef EXITBENCH_HARNESS_SETTINGS_HOST_PAGES_H_
#define EXITBENCH_HARNESS_SETTINGS_HOST_PAGES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "vmm/machine.h"

namespace exitbench {

// Returns the transparent huge pages, in bytes, of the mapping that [begin,
// begin + bytes) lies in. `smaps` is the text of /proc/PID/smaps. 0 if there is
// no such mapping.
uint64_t ParseHugeBytes(const std::string& smaps, uint64_t begin,
                        uint64_t bytes);

// Returns what is wrong if the host backs `huge` of `wanted` bytes by
// transparent huge pages of `huge_page_bytes`, which is 0 if that is not known.
// kUnavailable. OK if nothing is.
absl::Status JudgeHugeBacking(uint64_t huge, uint64_t wanted,
                              uint64_t huge_page_bytes, MemorySource source);

// Checks that the case memory of `machine` got the transparent huge pages that
// it asks for, once the case has populated it. kUnavailable, with the figures,
// if it got fewer.
absl::Status CheckHugeBacking(Machine& machine);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_HOST_PAGES_H_
