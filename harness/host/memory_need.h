// Whether this host has the memory that a case may use.
#ifndef EXITBENCH_HARNESS_HOST_MEMORY_NEED_H_
#define EXITBENCH_HARNESS_HOST_MEMORY_NEED_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "harness/host/cgroup.h"

namespace exitbench {

// How many bytes can still be allocated, and what limits them.
struct AvailableMemory {
  uint64_t bytes = ~uint64_t{0};
  // The folder of the memory cgroup that limits them. Empty: the host does.
  std::string cgroup;
  uint64_t limit_bytes = 0;  // The limit of that cgroup.
};

// Checks that `needed_bytes` fit into `available` and leave some to the host.
// kUnavailable, with the figures and what limits them, if not.
absl::Status EnoughMemory(uint64_t needed_bytes,
                          const AvailableMemory& available);

// Returns the smallest of MemAvailable and of what is left in this process's
// memory cgroup and in the cgroups around it. `root` is put before all paths.
// It is empty except in tests.
AvailableMemory MemoryAvailable(const std::string& root = "");

// Returns MemAvailable of the text of /proc/meminfo, in bytes. The largest
// number if it is not there (before Linux 3.14).
uint64_t ParseMemAvailable(const std::string& meminfo);

// A memory cgroup. It may have a limit.
using MemoryCgroup = Cgroup;

// Returns the memory cgroups that a process is in, innermost first, as far as
// it can see them. The arguments are the texts of its /proc/self/cgroup and
// /proc/self/mountinfo.
std::vector<MemoryCgroup> MemoryCgroups(const std::string& cgroup,
                                        const std::string& mountinfo);

// Returns what is left below the limit of `cgroup`, by the texts of its files.
// The default where it has no limit, or a text is empty. Page cache that was
// not used lately (inactive_file) counts as available, since the kernel drops
// it.
AvailableMemory LeftByLimit(const MemoryCgroup& cgroup,
                            const std::string& limit, const std::string& usage,
                            const std::string& stat);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_MEMORY_NEED_H_
