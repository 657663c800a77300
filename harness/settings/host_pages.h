// How much of a range of our own memory the host backs by huge pages.
#ifndef EXITBENCH_HARNESS_SETTINGS_HOST_PAGES_H_
#define EXITBENCH_HARNESS_SETTINGS_HOST_PAGES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "vmm/machine.h"

namespace exitbench {

// AnonHugePages of the mapping in `smaps`, the text of /proc/PID/smaps, that
// [begin, begin + bytes) lies in, in bytes; 0 if there is none.
uint64_t ParseHugeBytes(const std::string& smaps, uint64_t begin,
                        uint64_t bytes);

// OK unless `machine`'s case memory asks for transparent huge pages and this
// host gave it fewer: then kUnavailable, with the figures. After the case has
// populated it.
absl::Status CheckHugeBacking(Machine& machine);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_HOST_PAGES_H_
