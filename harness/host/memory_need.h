// Whether this host has the memory that a case says it may use.
#ifndef EXITBENCH_HARNESS_HOST_MEMORY_NEED_H_
#define EXITBENCH_HARNESS_HOST_MEMORY_NEED_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace exitbench {

// Bytes that can still be had, and what sets that bound.
struct AvailableMemory {
  uint64_t bytes = ~uint64_t{0};
  // The folder of the memory cgroup whose limit it is; empty: the host.
  std::string cgroup;
  uint64_t limit_bytes = 0;  // That limit.
};

// OK if `available` holds `needed_bytes` and leaves some; else kUnavailable
// with the figures, and whose they are.
absl::Status EnoughMemory(uint64_t needed_bytes,
                          const AvailableMemory& available);

// The least of MemAvailable and what the limits of this process's memory
// cgroup, and of those around it, leave. `root` stands before /proc and /sys;
// empty, but for tests.
AvailableMemory MemoryAvailable(const std::string& root = "");

// MemAvailable out of the text of /proc/meminfo; all the memory there can be
// if it is not in there (before Linux 3.14).
uint64_t ParseMemAvailable(const std::string& meminfo);

// A memory cgroup that a limit may be set on, as a folder of cgroupfs.
struct MemoryCgroup {
  std::string folder;
  int version = 2;
  bool operator==(const MemoryCgroup&) const = default;
};

// The memory cgroups that a process is in, innermost first, as far as they can
// be seen, by the texts of its /proc/self/cgroup and /proc/self/mountinfo.
std::vector<MemoryCgroup> MemoryCgroups(const std::string& cgroup,
                                        const std::string& mountinfo);

// What a limit leaves, by the texts of a cgroup's files; not bounded where
// there is no limit, or where one says nothing. Files that only the page cache
// holds, and has not used of late, can be dropped: they count as available.
AvailableMemory LeftByLimit(const MemoryCgroup& cgroup,
                            const std::string& limit, const std::string& usage,
                            const std::string& stat);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_MEMORY_NEED_H_
