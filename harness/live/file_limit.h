// How many files this process may have open. To watch VMs takes a file for each
// vCPU's statistics, and while windows are open one for each event of it.
#ifndef EXITBENCH_HARNESS_LIVE_FILE_LIMIT_H_
#define EXITBENCH_HARNESS_LIVE_FILE_LIMIT_H_

#include <cstdint>

namespace exitbench {

// Raises the soft limit of open files to the hard one, for good. Returns
// whether it was lower.
bool RaiseFileLimit();

// Returns the soft limit; 0 if it is not known.
uint64_t FileLimit();

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_FILE_LIMIT_H_
